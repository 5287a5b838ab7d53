// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Groovy's
/**
 * The harness itself: each case passes only where it is as strict as Jenkins.
 * @type {readonly import('../cases.mjs').Case[]}
 */
export const harnessCases = [
  {
    name: 'harness: a local that cannot be saved fails at the next step',
    script: "node { def matcher = ('a' =~ /a/); sh 'true' }",
    result: 'FAILURE',
    shows: ['NotSerializableException: java.util.regex.Matcher'],
  },
  {
    name: 'harness: what JsonSlurper returns cannot be saved',
    script:
      "import groovy.json.JsonSlurper\nnode { def json = new JsonSlurper().parseText('{\"a\":{}}'); writeFile(file: 'x', text: 'y') }",
    result: 'FAILURE',
    shows: ['NotSerializableException: groovy.json.internal.LazyMap'],
  },
  {
    name: 'harness: a step in a NonCPS method is a mismatch and fails',
    script: "@NonCPS\nvoid wrong() { sh 'true' }\nnode { wrong(); echo 'went on' }",
    result: 'FAILURE',
    shows: ['expected to call WorkflowScript.wrong but wound up catching'],
  },
  ...[
    ["System.getenv('HOME')", 'staticMethod java.lang.System getenv'],
    ["new File('/etc/passwd')", 'new java.io.File'],
    ['groovy.json.JsonOutput.toJson([1, 2])', 'staticMethod groovy.json.JsonOutput toJson'],
    ["'x'.execute()", 'method java.lang.String execute'],
  ].map(([call, refused]) => ({
    name: `harness: the sandbox refuses ${call}`,
    script: `node { ${call} }`,
    result: /** @type {const} */ ('FAILURE'),
    shows: [`Scripts not permitted to use ${refused}`],
  })),
  {
    name: 'harness: a NonCPS method is in the sandbox, too',
    script: "@NonCPS\nString wrong() { System.getenv('HOME') }\nnode { wrong() }",
    result: 'FAILURE',
    shows: ['Scripts not permitted to use staticMethod java.lang.System getenv'],
  },
  {
    name: 'harness: at a turn of a loop another branch goes on',
    script: `def count() { def before = env.N ?: '0'; for (turn in [1]) { }; env.N = before.toInteger() + 1 }
      node { parallel(a: { count() }, b: { count() }); echo "counted \${env.N}" }`,
    shows: ['counted 1'],
  },
  {
    name: 'harness: each script has its own instance of a global variable',
    script: 'node { echo "mine ${fargateHelper.is(kanikoBuild.fargateHelper)}" }',
    result: 'SUCCESS',
    shows: ['mine false'],
  },
];
