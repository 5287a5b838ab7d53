import groovy.json.JsonOutput
import groovy.json.JsonSlurper

/**
 * Runs the helper program for kanikoBuild and fargateDeploy. It is no step for Jenkinsfiles.
 * @param command of the helper: build or deploy
 * @param parameters of the step; the helper checks them
 * @return the helper's result: a Map of plain values
 */
Map call(String command, Map parameters) {
  String step = [build: 'kanikoBuild', deploy: 'fargateDeploy'][command]
  if (!isUnix()) {
    error(explain(step, [category: 'usage', message: 'this agent runs Windows; the helper needs a Unix shell',
      hint: "Run the step on a Linux agent: node('linux') { ${step}(...) }"]))
  }
  Map given = fargateParameters.helperValues(parameters ?: [:])
  String unfit = fargateParameters.complaint(given)
  if (unfit) {
    error(explain(step, [category: 'usage', message: unfit,
      hint: 'Parameters are texts, numbers, booleans, lists and maps: write the value itself, without braces around it']))
  }
  String workspace = pwd()
  String callKey = "${command} ${JsonOutput.toJson(given).hashCode()}"
  int status = 0
  Map outcome = null
  int number = begin(callKey)
  // Every call has a folder of its own, so parallel calls do not meet, and an abort signals only its own call. The program runs
  // one folder deeper, since Jenkins leaves a second folder (@tmp) beside the folder of each sh.
  // The folder is beside the workspace. The current folder may be part of another call's context.
  try {
    dir((env.WORKSPACE_TMP ?: pwd(tmp: true)) + '/fargate-ci/' + UUID.randomUUID().toString()) {
      try {
        dir('run') {
          status = sh(returnStatus: true, encoding: 'UTF-8', label: "${step}: prepare", script: preparation())
          if (status == 0) {
            // Neither text is kept in a local variable: Jenkins writes local variables to disk at every step.
            writeFile(file: 'helper.mjs', encoding: 'UTF-8',
              text: libraryResource(resource: 'fargateci/helper.mjs', encoding: 'UTF-8'))
            writeFile(file: 'params.json', encoding: 'UTF-8',
              text: JsonOutput.toJson(given + [workspace: workspace] + ofTheRun(command, number)))
            status = sh(returnStatus: true, encoding: 'UTF-8', label: step, script: program(command))
          }
          outcome = fileExists('result.json') ? outcomeOf(readFile(file: 'result.json', encoding: 'UTF-8')) : null
        }
      } finally {
        try {
          cleanUp()
        } catch (InterruptedException stop) {
          // An abort may come while the folder is deleted, too.
          cleanUp()
          throw stop
        }
      }
    }
  } finally {
    end(callKey, number)
  }
  if (status != 0 || !outcome?.result) {
    error(explain(step, outcome?.failure ?: [category: 'internal', message: "the helper ended with status ${status} and without a result",
      hint: 'The log above has its last words; without any it was killed (is the agent out of memory or disk?).']))
  }
  if (command == 'build') {
    remember(outcome.result)
  }
  return outcome.result
}

/**
 * The script that runs before anything is written. It is constant. Parameters may hold secrets, so it first closes their folder
 * to other users. If Node.js is missing or too old, it writes that into the result file.
 * In a pod the shell may run as another user than the agent, for instance root. So it makes no file that the agent writes later.
 */
String preparation() {
  '''{ set +x; } 2>/dev/null
refuse() {
  printf '{"ok":false,"failure":{"category":"usage","message":"%s","hint":"%s"}}' "$1" \\
    'Install Node.js 20 or later on the agent and have it on the PATH (https://nodejs.org).' > result.json
  exit 2
}
version=$(node --version) || refuse 'there is no working Node.js on this agent: the helper needs node'
major=${version#v}
[ "${major%%.*}" -ge 20 ] || refuse "Node.js on this agent is too old: $version"
chmod 700 . .. 2>/dev/null || :
'''
}

/** The script that runs the program; only the command differs. The parameters' file is deleted before the program begins. */
String program(String command) {
  """{ set +x; } 2>/dev/null
umask 077
chmod 600 helper.mjs params.json 2>/dev/null || :
exec < params.json
rm -f params.json 2>/dev/null || :
export MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
exec node helper.mjs ${command} --params /dev/stdin --result result.json
"""
}

/** Deletes the folder of this call. Where the agent is gone that fails, but the error that ended the build must stay visible. */
void cleanUp() {
  try {
    deleteDir()
  } catch (IOException e) {
    echo "fargate-ci: the folder of this call was not deleted: ${e.message}"
  }
}

/** Parameters that tell the helper about this run of the pipeline. A build that pushed nothing is no candidate for a deployment. */
Map ofTheRun(String command, int number) {
  if (command != 'deploy') {
    return [call: number]
  }
  List all = built()
  return [candidates: all.findAll { it.reference }, unpushed: all.findAll { !it.reference }.collect { it.image }]
}

/**
 * Numbers this call among equal calls that run side by side. The number is part of the identity of its task: a call that is made
 * again after a lost agent gets the same number, and finds its task; an equal call in parallel gets another one.
 * NonCPS, like every method that reads and then writes the environment: in CPS code another branch may run, or an abort may come,
 * at each loop and at each call of a method.
 */
@NonCPS
int begin(String callKey) {
  List running = runningCalls()
  int number = 0
  while (running.contains("${callKey} ${number}".toString())) {
    number = number + 1
  }
  env.FARGATE_CI_CALLS = JsonOutput.toJson([calls: running + ["${callKey} ${number}".toString()]])
  return number
}

/** Removes this call from the calls that run. */
@NonCPS
void end(String callKey, int number) {
  env.FARGATE_CI_CALLS = JsonOutput.toJson([calls: runningCalls() - ["${callKey} ${number}".toString()]])
}

/** The calls that run in this run of the pipeline. */
@NonCPS
List runningCalls() {
  env.FARGATE_CI_CALLS ? parse(env.FARGATE_CI_CALLS)?.calls ?: [] : []
}

/** The results of kanikoBuild in this run, in order. */
@NonCPS
List built() {
  env.FARGATE_CI_BUILT ? parse(env.FARGATE_CI_BUILT)?.built ?: [] : []
}

/**
 * Adds a result to what was built. The list is kept in the run's environment, since the Jenkinsfile and each file in vars/ have
 * their own instance of this script. Environments are small, so only the fields are kept that a deployment needs.
 */
@NonCPS
void remember(Map result) {
  env.FARGATE_CI_BUILT = JsonOutput.toJson([built: built() + [result.subMap(['image', 'reference'])]])
}

/** The text of a failure in the log: what happened, then what to do. */
@NonCPS
String explain(String step, Map failure) {
  String hint = failure.hint ? "\n  hint      ${failure.hint}" : ''
  return "${step} failed: ${failure.message}${hint}\n  category  ${failure.category}"
}

/** The content of a result file: a Map with result or failure, each a Map. Null for any other text. */
@NonCPS
Map outcomeOf(String text) {
  Map read = parse(text)
  if (read?.ok && read.result instanceof Map) {
    return [result: read.result]
  }
  return read && !read.ok && read.failure instanceof Map ? [failure: read.failure] : null
}

/** Reads a JSON object as a plain Map; null for any other text. Jenkins cannot save the maps that JsonSlurper makes. */
@NonCPS
Map parse(String text) {
  try {
    // The helper's own file has some kilobytes. A text that is nested very deep overflows the stack.
    Object read = text.length() > 1000000 ? null : copyOf(new JsonSlurper().parseText(text))
    return read instanceof Map ? read : null
  } catch (Exception | StackOverflowError e) {
    return null
  }
}

/** A copy with plain maps and lists. */
@NonCPS
Object copyOf(Object value) {
  if (value instanceof Map) {
    Map copy = [:]
    value.each { key, inner -> copy[key] = copyOf(inner) }
    return copy
  }
  return value instanceof List ? value.collect { copyOf(it) } : value
}
