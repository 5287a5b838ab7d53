package harness;

import java.nio.file.Path;
import java.util.Map;

/**
 * The options of one run.
 *
 * @param library folder with vars/ and resources/
 * @param resources stands in for the library's resources/; null: the library's own
 * @param workspace folder that `node` gives to the program; made when missing
 * @param source folder that `checkout scm` copies; null: there is nothing to check out
 * @param jenkinsfile text of the program
 * @param environment set for the program, beside the process's own
 * @param windows whether the agent says that it runs Windows
 * @param abortOn the run is aborted when its log has a line with this text; null: never
 * @param abortAt the run is aborted at this turn of its branches, one ends at each step and safepoint; 0: never
 */
record Options(
    Path library,
    Path resources,
    Path workspace,
    Path source,
    String jenkinsfile,
    Map<String, String> environment,
    boolean windows,
    String abortOn,
    int abortAt) {

  Path resource(String name) {
    return (resources == null ? library.resolve("resources") : resources).resolve(name);
  }
}
