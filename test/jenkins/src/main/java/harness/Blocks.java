package harness;

import com.cloudbees.groovy.cps.Outcome;
import groovy.lang.Closure;
import hudson.AbortException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** The steps with a body: each waits for its body, and decides what the end of the body means. */
final class Blocks {
  private final Run run;
  private final Timer timer = new Timer("timeout", true);
  /** The workspaces in use, by the branch that holds them. A second one at the same time gets the suffix @2. */
  private final Map<Integer, Path> workspaces = new HashMap<>();

  Blocks(Run run) {
    this.run = run;
  }

  void start(Program.Branch branch, StepCall call) throws Exception {
    Program.Block block = new Program.Block(call);
    if (call.step.equals("parallel")) {
      for (Map.Entry<String, Object> body : call.arguments.entrySet())
        if (body.getValue() instanceof Closure<?> closure) launch(branch, block, body.getKey(), branch.context, closure);
    } else {
      if (call.body == null) throw new AbortException("the step " + call.step + " needs a body");
      launch(branch, block, null, context(branch, call), call.body);
    }
    branch.waitsFor = block;
    if (call.step.equals("timeout")) expire(branch.id, call);
  }

  private void launch(Program.Branch parent, Program.Block block, String label, Context context, Closure<?> body) {
    run.log.line(label == null ? parent.label : label, "[Pipeline] {" + (block.call.text("name") == null ? "" : " (" + block.call.text("name") + ")"));
    block.running.put(run.startBody(parent, label, context, body).id, label == null ? "" : label);
  }

  private Context context(Program.Branch branch, StepCall call) throws Exception {
    Context now = branch.context;
    return switch (call.step) {
      case "dir" -> now.in(WorkspaceFiles.folder(now).resolve(call.text("path")).normalize().toString());
      case "withEnv" -> now.with(overrides(now, call));
      case "node" -> {
        Path workspace = run.options.workspace();
        for (int copy = 2; workspaces.containsValue(workspace); copy++)
          workspace = run.options.workspace().resolveSibling(run.options.workspace().getFileName() + "@" + copy);
        workspaces.put(branch.id, workspace);
        Files.createDirectories(workspace);
        run.log.line(branch.label, "Running on agent in " + workspace);
        yield now.in(workspace.toString()).with(Map.of(
            "NODE_NAME", "agent", "WORKSPACE", workspace.toString(), "WORKSPACE_TMP", WorkspaceFiles.temporary(workspace).toString()));
      }
      default -> now;
    };
  }

  private Map<String, String> overrides(Context now, StepCall call) {
    Map<String, String> more = new LinkedHashMap<>();
    for (Object entry : call.list("overrides")) {
      String[] pair = entry.toString().split("=", 2);
      String name = pair[0].replaceFirst("\\+.*", "");
      String before = run.environment.effective(now).getOrDefault(name, "");
      more.put(name, pair[0].contains("+") ? pair[1] + ":" + before : pair[1]);
    }
    return more;
  }

  private void expire(int id, StepCall call) {
    String unit = call.text("unit");
    long time = ((Number) call.arguments.get("time")).longValue();
    long millis = TimeUnit.valueOf(unit == null ? "MINUTES" : unit).toMillis(time);
    timer.schedule(new TimerTask() {
      @Override
      public void run() {
        run.events.add(() -> expired(id));
      }
    }, millis);
  }

  private void expired(int id) {
    if (!run.program().branches.containsKey(id)) return;
    run.log.line("Cancelling nested steps due to timeout");
    run.interruptBelow(id, "Timeout has been exceeded");
  }

  void bodyEnded(Program.Branch parent, Program.Branch body, Outcome output) {
    Program.Block block = parent.waitsFor;
    run.log.line(body.label, "[Pipeline] }");
    String name = block.running.remove(body.id);
    block.results.put(name, output.getNormal());
    Throwable failure = output.getAbnormal();
    if (block.failure == null) block.failure = failure;
    if (failure != null && block.call.flag("failFast"))
      block.running.keySet().forEach(id -> run.interruptBelow(parent.id, "Failed in branch " + name));
    if (!block.running.isEmpty()) return;
    if (block.call.step.equals("retry") && again(block)) {
      run.log.line(parent.label, "ERROR: " + block.failure.getMessage() + "\nRetrying");
      block.failure = null;
      block.attempts++;
      launch(parent, block, null, parent.context, block.call.body);
      return;
    }
    workspaces.remove(parent.id);
    parent.waitsFor = null;
    parent.next = outcome(parent, block);
  }

  private static boolean again(Program.Block block) {
    return block.failure != null
        && !(block.failure instanceof FlowInterruptedException)
        && block.attempts < ((Number) block.call.arguments.get("count")).intValue();
  }

  private Outcome outcome(Program.Branch parent, Program.Block block) {
    if (block.failure != null && block.call.step.equals("catchError")) {
      String result = block.call.text("buildResult");
      run.build.setResult(block.failure instanceof FlowInterruptedException ? "ABORTED" : result == null ? "FAILURE" : result);
      run.log.line(parent.label, "ERROR: " + block.failure.getMessage());
      return new Outcome(null, null);
    }
    if (block.failure != null) return new Outcome(null, block.failure);
    return new Outcome(block.call.step.equals("parallel") ? block.results : block.results.get(""), null);
  }
}
