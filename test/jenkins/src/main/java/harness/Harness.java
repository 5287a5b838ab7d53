package harness;

import groovy.json.JsonOutput;
import groovy.json.JsonSlurper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sun.misc.Signal;

/**
 * Runs Jenkinsfiles with the library's steps, without a Jenkins.
 *
 * <p>One: {@code --library DIR [--resources DIR] --workspace DIR [--source DIR] --jenkinsfile FILE [--env NAME=VALUE]...
 * [--windows] [--abort-on TEXT]}; the log goes to stdout line by line; exit status 0 SUCCESS, 1 FAILURE, 2 ABORTED,
 * 3 UNSTABLE, 64 for unknown arguments. SIGTERM and SIGINT abort the run as a person does.
 *
 * <p>Many: {@code --batch FILE}, a JSON list of objects with the same names (jenkinsfile: the text itself, env: an object);
 * stdout is a JSON list of {@code {result, log, savedBytes}}.
 */
public final class Harness {
  private static final List<String> STATUS = List.of("SUCCESS", "FAILURE", "ABORTED", "UNSTABLE");

  private Harness() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, Object> given = new LinkedHashMap<>();
    Map<String, String> env = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].replaceFirst("^--", "");
      if (name.equals("windows")) {
        given.put(name, true);
        continue;
      }
      if (!List.of("library", "resources", "workspace", "source", "jenkinsfile", "env", "abort-on", "batch").contains(name)
          || i + 1 == arguments.length) {
        System.err.println("unknown or incomplete argument " + arguments[i]);
        System.exit(64);
      }
      String value = arguments[++i];
      if (name.equals("env")) env.put(value.split("=", 2)[0], value.split("=", 2)[1]);
      else given.put(name.equals("abort-on") ? "abortOn" : name, value);
    }
    given.put("env", env);
    if (given.get("batch") instanceof String file) {
      System.out.println(JsonOutput.toJson(batch(Path.of(file))));
      System.exit(0);
    }
    given.put("jenkinsfile", Files.readString(Path.of((String) given.get("jenkinsfile"))));
    Run run = new Run(options(given), new Log(System.out));
    for (String signal : List.of("TERM", "INT")) Signal.handle(new Signal(signal), received -> run.events.add(run::abort));
    // A thread of Groovy or of the harness must not keep a finished run alive.
    System.exit(STATUS.indexOf(run.execute()));
  }

  private static List<Map<String, Object>> batch(Path file) throws IOException {
    List<Map<String, Object>> results = new ArrayList<>();
    for (Object entry : (List<?>) new JsonSlurper().parseText(Files.readString(file))) {
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      Run run = new Run(options((Map<?, ?>) entry), new Log(log));
      String result = run.execute();
      results.add(Map.of("result", result, "log", log.toString(StandardCharsets.UTF_8), "savedBytes", run.largest()));
    }
    return results;
  }

  private static Options options(Map<?, ?> given) {
    Map<String, String> environment = new LinkedHashMap<>(Map.of("BUILD_NUMBER", "1", "JOB_NAME", "job", "BUILD_TAG", "jenkins-job-1"));
    if (given.get("env") instanceof Map<?, ?> env) env.forEach((name, value) -> environment.put((String) name, (String) value));
    return new Options(
        path(given.get("library")), path(given.get("resources")), path(given.get("workspace")), path(given.get("source")),
        (String) given.get("jenkinsfile"), environment, Boolean.TRUE.equals(given.get("windows")), (String) given.get("abortOn"),
        given.get("abortAt") instanceof Number turn ? turn.intValue() : 0);
  }

  private static Path path(Object text) {
    return text == null ? null : Path.of((String) text).toAbsolutePath().normalize();
  }
}
