// The multibranch pipeline of PIPELINE_REPOSITORY: Job DSL, run at each start; it finds its values as variables
// (settings.mjs). A new one scans its repository by itself, so branches that have a Jenkinsfile build at once.
def url = PIPELINE_REPOSITORY
def owner = FARGATE_CI_OWNER
def name = FARGATE_CI_JOB
def credential = FARGATE_CI_CREDENTIAL

multibranchPipelineJob(name) {
  description("Branches of ${url} that have a Jenkinsfile. Configured as code: changes are undone at a restart.")
  branchSources {
    if (owner) {
      branchSource {
        source {
          github {
            // The id must stay the same: with another one, all branches would look new and be built again.
            id('fargate-ci')
            repoOwner(owner)
            repository(name)
            repositoryUrl(url)
            configuredByUrl(true)
            if (credential) {
              credentialsId(credential)
            }
            traits {
              // Branches, also those with a pull request; not the pull requests of forks, which anyone can open.
              gitHubBranchDiscovery {
                strategyId(3)
              }
            }
          }
        }
      }
    } else {
      git {
        id('fargate-ci')
        remote(url)
      }
    }
  }
  triggers {
    periodicFolderTrigger {
      // GitHub's webhook starts builds; the scan finds what the webhook missed. For other hosts there is only the scan.
      interval(owner ? '1h' : '5m')
    }
  }
  orphanedItemStrategy {
    discardOldItems {
      numToKeep(20)
    }
  }
}
