import groovy.json.JsonOutput
import groovy.json.JsonSlurper

/**
 * Runs the helper program for kanikoBuild and fargateDeploy; no step for Jenkinsfiles.
 * @param command of the helper: build or deploy
 * @param parameters of the step, judged by the helper
 * @return the helper's result: a Map of plain values
 */
Map call(String command, Map parameters) {
  String step = [build: 'kanikoBuild', deploy: 'fargateDeploy'][command]
  if (!isUnix()) {
    error(explain(step, [
      category: 'usage',
      message: 'this agent runs Windows; the helper needs a Unix shell',
      hint: "Run the step on a Linux agent: node('linux') { ${step}(...) }"
    ]))
  }
  Map given = written(parameters ?: [:])
  String unfit = unfitIn(given, '')
  if (unfit) {
    error(explain(step, [
      category: 'usage',
      message: unfit,
      hint: 'Parameters are texts, numbers, booleans, lists and maps: write the value itself, without braces around it'
    ]))
  }
  String workspace = pwd()
  String same = "${command} ${JsonOutput.toJson(given).hashCode()}"
  int status = 0
  Map outcome = null
  int number = begin(same)
  // Every call has a folder of its own: parallel calls do not meet, and an abort signals this call alone. The program runs
  // one folder deeper, for beside the folder of each sh Jenkins leaves a second one, @tmp.
  // Beside the workspace, and not beside the current folder: that may be part of another call's context.
  try {
    dir((env.WORKSPACE_TMP ?: pwd(tmp: true)) + '/fargate-ci/' + UUID.randomUUID().toString()) {
      try {
        dir('run') {
          status = sh(returnStatus: true, encoding: 'UTF-8', label: "${step}: prepare", script: preparation())
          if (status == 0) {
            // Nothing is kept in a local variable here: locals are written to disk at every step.
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
          // An abort may land in here, too.
          cleanUp()
          throw stop
        }
      }
    }
  } finally {
    end(same, number)
  }
  if (status != 0 || !outcome?.result) {
    error(explain(step, outcome?.failure ?: [
      category: 'internal',
      message: "the helper ended with status ${status} and without a result",
      hint: 'The log above has its last words; without any it was killed (is the agent out of memory or disk?).'
    ]))
  }
  if (command == 'build') {
    remember(outcome.result)
  }
  return outcome.result
}

/**
 * The shell's part before anything is written, constant: parameters may hold secrets, so nobody else can open their folder
 * when they come to be. What stands in the way of node is told in the result file, too.
 * In a pod's container the shell may be another user than the agent, root for one: it makes no file that the agent is to write.
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

/** The program's part, constant but for the command. Its parameters are off the disk before it begins, however it ends. */
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

/** Deletes the folder of this call. An agent that is gone must not hide what ended the build. */
void cleanUp() {
  try {
    deleteDir()
  } catch (IOException e) {
    echo "fargate-ci: the folder of this call was not deleted: ${e.message}"
  }
}

/** What the helper has to know of this run of the pipeline. A build that pushed nothing is no candidate. */
Map ofTheRun(String command, int number) {
  if (command != 'deploy') {
    return [call: number]
  }
  List all = built()
  return [candidates: all.findAll { it.reference }, unpushed: all.findAll { !it.reference }.collect { it.image }]
}

/**
 * Which of the equal calls that run side by side this one is: its number goes into the identity of its task. One that is
 * made again after a lost agent has the number of the lost one, whose task it finds; a neighbour in parallel has another.
 * NonCPS, as all that writes to the environment what it has read there: in CPS code each loop and each call of a method is a
 * place where a neighbour may go on, or an abort land.
 */
@NonCPS
int begin(String same) {
  List running = underWay()
  int number = 0
  while (running.contains("${same} ${number}".toString())) {
    number = number + 1
  }
  env.FARGATE_CI_CALLS = JsonOutput.toJson([calls: running + ["${same} ${number}".toString()]])
  return number
}

@NonCPS
void end(String same, int number) {
  env.FARGATE_CI_CALLS = JsonOutput.toJson([calls: underWay() - ["${same} ${number}".toString()]])
}

@NonCPS
List underWay() {
  env.FARGATE_CI_CALLS ? parse(env.FARGATE_CI_CALLS)?.calls ?: [] : []
}

/** What kanikoBuild returned in this run, in order. */
@NonCPS
List built() {
  env.FARGATE_CI_BUILT ? parse(env.FARGATE_CI_BUILT)?.built ?: [] : []
}

/**
 * Adds to what was built. It is kept in the run's environment, since every script, the Jenkinsfile as well as each file in
 * vars/, has its own instance of this one. Of a result there is what a deployment needs: environments are small.
 */
@NonCPS
void remember(Map result) {
  env.FARGATE_CI_BUILT = JsonOutput.toJson([built: built() + [result.subMap(['image', 'reference'])]])
}

/**
 * What is no plain value, and where: `labels.a is a closure`. Of a closure Jenkins would drop the call with a mere warning, and
 * stay green; of an object JsonOutput would call every getter; and JSON has no NaN.
 */
@NonCPS
String unfitIn(Object value, String name) {
  if (value instanceof Map) {
    return value.collect { key, inner -> unfitIn(inner, name ? "${name}.${key}" : "${key}") }.find { it }
  }
  if (value instanceof List) {
    return value.collect { unfitIn(it, name) }.find { it }
  }
  if (value instanceof Closure) {
    return "${name} is a closure"
  }
  if (value instanceof Number) {
    return ['NaN', 'Infinity', '-Infinity'].contains(value.toString()) ? "${name} is ${value}" : null
  }
  // Neither == nor a getter: those of an object are the pipeline's own code. Texts, dates and the like are Comparable.
  boolean plain = value instanceof CharSequence || (value instanceof Comparable && !(value instanceof GroovyObject))
  return plain || !(value instanceof Object) ? null : "${name} is an object"
}

/** Parameters as the helper reads them: plain maps and lists, their names texts. What is null stays so: the helper refuses it. */
@NonCPS
Map written(Map parameters) {
  Map copy = [:]
  parameters.each { name, value -> copy["${name}".toString()] = value instanceof Number ? value : asText(value) }
  return copy
}

/** A number in a map or a list is a text to whoever gets it: as it was written, for JSON's readers make 3.1 of 3.10. */
@NonCPS
Object asText(Object value) {
  if (value instanceof Map) {
    return value.collectEntries { key, inner -> [("${key}".toString()): asText(inner)] }
  }
  if (value instanceof Collection || value instanceof Object[]) {
    List copy = []
    for (Object one : value) {
      copy.add(asText(one))
    }
    return copy
  }
  if (value instanceof BigDecimal) {
    return digits(value)
  }
  return value instanceof Number || value instanceof CharSequence ? value.toString() : value
}

/** 1000 and 0.0000001, not 1E+3 and 1E-7. The sandbox does not allow toPlainString; what is not near 0 has no exponent. */
@NonCPS
String digits(BigDecimal number) {
  if (number <= -1 || number >= 1) {
    return (number + 0).toString()
  }
  return number < 0 ? '-0' + (number - 1).toString().substring(2) : '0' + (number + 1).toString().substring(1)
}

/** The text of a failure in the log: what happened, then what to do. */
@NonCPS
String explain(String step, Map failure) {
  String hint = failure.hint ? "\n  hint      ${failure.hint}" : ''
  return "${step} failed: ${failure.message}${hint}\n  category  ${failure.category}"
}

/** What a result file says: result or failure, each a Map; null for any other text. */
@NonCPS
Map outcomeOf(String text) {
  Map read = parse(text)
  if (read?.ok && read.result instanceof Map) {
    return [result: read.result]
  }
  return read && !read.ok && read.failure instanceof Map ? [failure: read.failure] : null
}

/** A JSON object as a plain Map, null where the text is none: what JsonSlurper makes cannot be saved with the build. */
@NonCPS
Map parse(String text) {
  try {
    // Ours has some kilobytes. What is nested for ever overflows the stack.
    Object read = text.length() > 1000000 ? null : plain(new JsonSlurper().parseText(text))
    return read instanceof Map ? read : null
  } catch (Exception | StackOverflowError e) {
    return null
  }
}

@NonCPS
Object plain(Object value) {
  if (value instanceof Map) {
    Map copy = [:]
    value.each { key, inner -> copy[key] = plain(inner) }
    return copy
  }
  return value instanceof List ? value.collect { plain(it) } : value
}
