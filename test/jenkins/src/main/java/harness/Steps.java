package harness;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Outcome;
import groovy.lang.Closure;
import groovy.lang.MissingMethodException;
import hudson.AbortException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/**
 * The Pipeline steps that Jenkinsfiles here use. Those that Jenkins answers at once (echo, pwd, ...) return; all others
 * suspend the program, which is saved before they run.
 */
final class Steps {
  /** The parameter that may be given without its name. */
  private static final Map<String, String> UNNAMED = Map.ofEntries(
      Map.entry("echo", "message"), Map.entry("error", "message"), Map.entry("unstable", "message"), Map.entry("sh", "script"),
      Map.entry("dir", "path"), Map.entry("node", "label"), Map.entry("stage", "name"), Map.entry("withEnv", "overrides"),
      Map.entry("retry", "count"), Map.entry("timeout", "time"), Map.entry("readFile", "file"), Map.entry("fileExists", "file"),
      Map.entry("libraryResource", "resource"), Map.entry("checkout", "scm"), Map.entry("pwd", "tmp"));
  private static final Set<String> AT_ONCE = Set.of("echo", "error", "unstable", "pwd", "isUnix", "libraryResource");
  private static final Set<String> ON_FILES = Set.of("readFile", "writeFile", "fileExists", "deleteDir", "checkout");
  private static final Set<String> BLOCKS =
      Set.of("node", "dir", "stage", "withEnv", "timeout", "retry", "catchError", "parallel", "script");

  private final Run run;
  private final Blocks blocks;
  /** The processes that run, by the branch that waits for them. */
  private final Map<Integer, Shell> shells = new HashMap<>();
  private final Map<Integer, String> interrupted = new HashMap<>();

  Steps(Run run) {
    this.run = run;
    this.blocks = new Blocks(run);
  }

  /** Called by the program. */
  Object call(String step, Object[] arguments) {
    StepCall call = parse(step, arguments);
    if (!AT_ONCE.contains(step)) {
      if (!ON_FILES.contains(step) && !BLOCKS.contains(step) && !step.equals("sh"))
        throw new MissingMethodException(step, PipelineScript.class, arguments);
      return Continuable.suspend(step, call);
    }
    WorkspaceFiles files = new WorkspaceFiles(run, run.context());
    return switch (step) {
      case "echo" -> say(call.text("message"));
      case "error" -> sneaky(new AbortException(call.text("message")));
      case "unstable" -> {
        run.build.setResult("UNSTABLE");
        yield say("WARNING: " + call.text("message"));
      }
      case "isUnix" -> !run.options.windows();
      case "libraryResource" -> files.libraryResource(call);
      default -> files.pwd(call);
    };
  }

  private static StepCall parse(String step, Object[] arguments) {
    Map<String, Object> named = new LinkedHashMap<>();
    Closure<?> body = null;
    for (Object argument : arguments) {
      if (argument instanceof Closure<?> closure) body = closure;
      else if (argument instanceof Map<?, ?> map) map.forEach((key, value) -> named.put(key.toString(), value));
      else if (UNNAMED.containsKey(step)) named.put(UNNAMED.get(step), argument);
      else throw new MissingMethodException(step, PipelineScript.class, arguments);
    }
    return new StepCall(step, named, body);
  }

  private Object say(String text) {
    text.lines().forEach(line -> run.log.line(run.label(), line));
    return null;
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> Object sneaky(Throwable failure) throws E {
    throw (E) failure;
  }

  /**
   * Called when the program has suspended at a step.
   *
   * @param stopped an abort comes before the step has done anything; a step that takes a while is started, and the caller stops it
   */
  void start(Program.Branch branch, StepCall call, boolean stopped) throws Exception {
    String label = call.text("label");
    run.log.line(branch.label, "[Pipeline] " + call.step + (label == null ? "" : " (" + label + ")"));
    if (BLOCKS.contains(call.step)) {
      try {
        blocks.start(branch, call);
      } catch (AbortException failure) {
        branch.next = new Outcome(null, failure);
      }
      run.save();
      return;
    }
    run.save();
    // The branch that was read back, in place of the one that was saved.
    Program.Branch reloaded = run.program().branches.get(branch.id);
    try {
      if (call.step.equals("sh")) shell(reloaded, call);
      else if (stopped) reloaded.next = new Outcome(null, null);
      else reloaded.next = new Outcome(new WorkspaceFiles(run, reloaded.context).perform(call), null);
    } catch (Exception failure) {
      reloaded.next = new Outcome(null, failure);
    }
  }

  private void shell(Program.Branch branch, StepCall call) throws Exception {
    int id = branch.id;
    boolean returnStdout = call.flag("returnStdout");
    Map<String, String> environment = run.environment.effective(branch.context);
    Shell shell = new Shell(
        WorkspaceFiles.folder(branch.context), call.text("script"), returnStdout, environment, run.log, branch.label);
    shells.put(id, shell);
    new Thread(() -> {
      try {
        int status = shell.await();
        run.events.add(() -> ended(id, call, shell, status));
      } catch (Exception failure) {
        run.events.add(() -> run.resume(id, new Outcome(null, failure)));
      }
    }, "sh " + id).start();
  }

  private void ended(int id, StepCall call, Shell shell, int status) {
    shells.remove(id);
    String reason = interrupted.remove(id);
    if (reason != null) run.resume(id, new Outcome(null, new FlowInterruptedException(reason)));
    else if (call.flag("returnStatus")) run.resume(id, new Outcome(status, null));
    else if (status != 0) run.resume(id, new Outcome(null, new AbortException("script returned exit code " + status)));
    else run.resume(id, new Outcome(call.flag("returnStdout") ? shell.stdout() : null, null));
  }

  /** A body of a step has ended. */
  void bodyEnded(Program.Branch parent, Program.Branch body, Outcome output) {
    blocks.bodyEnded(parent, body, output);
  }

  /** Aborts all that runs below a branch; null: below all branches. A process is asked to stop, and awaited. */
  void interrupt(Program program, Integer above, String reason) {
    for (Program.Branch branch : program.branches.values()) {
      if (!below(program, branch, above)) continue;
      Shell shell = shells.get(branch.id);
      if (shell != null && interrupted.putIfAbsent(branch.id, reason) == null) {
        run.log.line(branch.label, "Sending interrupt signal to process");
        shell.stop();
      } else if (branch.next != null) {
        branch.next = new Outcome(null, new FlowInterruptedException(reason));
      }
    }
  }

  private static boolean below(Program program, Program.Branch branch, Integer above) {
    if (above == null) return true;
    for (Integer id = branch.parent; id != null; id = program.branches.get(id).parent) if (id.equals(above)) return true;
    return false;
  }
}
