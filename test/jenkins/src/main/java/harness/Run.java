package harness;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Continuation;
import com.cloudbees.groovy.cps.CpsDefaultGroovyMethods;
import com.cloudbees.groovy.cps.CpsDefaultGroovyStaticMethods;
import com.cloudbees.groovy.cps.CpsStringGroovyMethods;
import com.cloudbees.groovy.cps.Env;
import com.cloudbees.groovy.cps.Envs;
import com.cloudbees.groovy.cps.NonCPS;
import com.cloudbees.groovy.cps.Outcome;
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation;
import com.cloudbees.groovy.cps.sandbox.SandboxInvoker;
import groovy.lang.Closure;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.customizers.ImportCustomizer;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** One run of a Jenkinsfile: interprets its branches in turns, and saves and reloads the program at every step. */
final class Run {
  private static final ThreadLocal<Run> CURRENT = new ThreadLocal<>();
  private static final List<Class> CATEGORIES = List.of(
      CpsDefaultGroovyMethods.class, CpsDefaultGroovyStaticMethods.class, CpsStringGroovyMethods.class,
      SerialisableIterators.class);

  final Options options;
  final Log log;
  final Build build = new Build();
  final Environment environment = new Environment(this);
  final Steps steps = new Steps(this);
  /** Work for the program's thread that other threads hand over: ended processes, timers, signals. */
  final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

  private final GroovyShell shell;
  private Program program = new Program();
  private Program.Branch running;
  private Throwable defect;
  private int largest;
  private int turns;

  Run(Options options, Log log) {
    this.options = options;
    this.log = log;
    CompilerConfiguration configuration = new CompilerConfiguration();
    configuration.setScriptBaseClass(PipelineScript.class.getName());
    configuration.setClasspathList(List.of(options.library().resolve("vars").toString(), options.library().resolve("src").toString()));
    configuration.addCompilationCustomizers(
        new ImportCustomizer().addImports(NonCPS.class.getName(), Library.class.getName()), new SandboxedTransformer());
    shell = new GroovyShell(Run.class.getClassLoader(), configuration);
  }

  static Run current() {
    return CURRENT.get();
  }

  /** The result: SUCCESS, UNSTABLE, FAILURE or ABORTED. */
  String execute() {
    Sandbox sandbox = new Sandbox();
    CURRENT.set(this);
    sandbox.register();
    CpsCallableInvocation.registerMismatchHandler((receiver, expected, actualReceiver, actual) ->
        defect = new IllegalStateException("expected to call " + name(receiver) + "." + expected
            + " but wound up catching " + name(actualReceiver) + "." + actual));
    if (options.abortOn() != null) log.when(options.abortOn(), () -> events.add(this::abort));
    try {
      Script script = shell.parse(options.jenkinsfile(), "WorkflowScript.groovy");
      int main = program.add(null, null, new Continuable(script, emptyEnv()), new Context(null, Map.of())).id;
      loop(main);
    } catch (Throwable failure) {
      fail(failure);
    } finally {
      sandbox.unregister();
      CpsCallableInvocation.registerMismatchHandler(null);
      CURRENT.remove();
    }
    log.line("Finished: " + build.getCurrentResult());
    return build.getCurrentResult();
  }

  private static String name(Object receiver) {
    if (receiver == null) return "null";
    return receiver instanceof Class<?> type ? type.getName() : receiver.getClass().getName();
  }

  private void loop(int main) throws Throwable {
    while (program.branches.containsKey(main)) {
      Program.Branch ready = program.branches.values().stream().filter(branch -> branch.next != null).findFirst().orElse(null);
      if (ready == null) events.take().run();
      else advance(ready);
      for (Runnable event = events.poll(); event != null; event = events.poll()) event.run();
      if (defect != null) throw defect;
    }
  }

  /** Interprets a branch up to its next step. */
  private void advance(Program.Branch branch) throws Throwable {
    Outcome input = branch.next;
    branch.next = null;
    running = branch;
    Outcome output = branch.code.run0(input, CATEGORIES);
    if (defect != null) throw defect;
    boolean stop = ++turns == options.abortAt();
    if (!branch.code.isResumable()) finish(branch, output);
    else if (output.getNormal() == Safepoint.REACHED) branch.next = new Outcome(null, null);
    else steps.start(branch, (StepCall) output.getNormal(), stop);
    if (stop) abort();
    // The branch goes to the end of the queue, so that parallel branches take turns.
    Program.Branch last = program.branches.remove(branch.id);
    if (last != null) program.branches.put(last.id, last);
  }

  private void finish(Program.Branch branch, Outcome output) throws Throwable {
    program.branches.remove(branch.id);
    if (branch.parent != null) steps.bodyEnded(program.branches.get(branch.parent), branch, output);
    else if (output.isFailure()) fail(output.getAbnormal());
  }

  private void fail(Throwable failure) {
    if (failure instanceof FlowInterruptedException) {
      build.setResult("ABORTED");
      log.line(failure.getMessage());
    } else if (failure instanceof hudson.AbortException) {
      build.setResult("FAILURE");
      log.line("ERROR: " + failure.getMessage());
    } else {
      build.setResult("FAILURE");
      log.trace(failure);
    }
  }

  /** Lets a branch go on. Call it from the program's thread only. A reload may have made another object of the branch. */
  void resume(int id, Outcome outcome) {
    program.branches.get(id).next = outcome;
  }

  /** Starts a body of a step. Returns its value when it ended at once; else null, and a new branch runs. */
  Program.Branch startBody(Program.Branch parent, String label, Context context, Closure<?> body) {
    Continuable code;
    try {
      Object value = body.call();
      code = new Continuable((com.cloudbees.groovy.cps.Block) (env, continuation) -> continuation.receive(value));
    } catch (CpsCallableInvocation invocation) {
      code = new Continuable(invocation.invoke(emptyEnv(), null, Continuation.HALT));
    }
    return program.add(parent.id, label == null ? parent.label : label, code, context);
  }

  /** Saves and reloads the program. An object that cannot be saved fails the run, as in Jenkins. */
  void save() throws Exception {
    Saved.Copy copy = Saved.roundTrip(program, shell.getClassLoader());
    program = copy.program();
    largest = Math.max(largest, copy.bytes());
  }

  void abort() {
    steps.interrupt(program, null, "Aborted by a person");
  }

  void interruptBelow(int parent, String reason) {
    steps.interrupt(program, parent, reason);
  }

  /** The largest size of the saved program, in bytes. */
  int largest() {
    return largest;
  }

  Program program() {
    return program;
  }

  Context context() {
    return running.context;
  }

  String label() {
    return running.label;
  }

  /** A new instance of a file in vars/; null when there is none of that name. */
  Object instantiate(String name) {
    Path file = options.library().resolve("vars").resolve(name + ".groovy");
    if (!Files.exists(file)) return null;
    try {
      return shell.getClassLoader().loadClass(name).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException cause) {
      throw new IllegalStateException("vars/" + name + ".groovy could not be loaded", cause);
    }
  }

  private static Env emptyEnv() {
    return Envs.empty(new SandboxInvoker());
  }
}
