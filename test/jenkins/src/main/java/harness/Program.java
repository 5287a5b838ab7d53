package harness;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Outcome;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** The content of Jenkins' program.dat: the branches of a running pipeline, with all objects that they can reach. */
final class Program implements Serializable {
  private static final long serialVersionUID = 1;

  final Map<Integer, Branch> branches = new LinkedHashMap<>();
  private int ids;

  Branch add(Integer parent, String label, Continuable code, Context context) {
    Branch branch = new Branch(++ids, parent, label, code, context);
    branches.put(branch.id, branch);
    return branch;
  }

  /** One line of execution: the Jenkinsfile itself, or the body of a step. */
  static final class Branch implements Serializable {
    private static final long serialVersionUID = 1;

    final int id;
    final Integer parent;
    /** Name of the branch of `parallel`; null outside. */
    final String label;
    final Continuable code;
    final Context context;
    /** The next piece of code; null while the branch waits. */
    Outcome next = new Outcome(null, null);
    /** The step whose bodies the branch waits for; null when it waits for none. */
    Block waitsFor;

    Branch(int id, Integer parent, String label, Continuable code, Context context) {
      this.id = id;
      this.parent = parent;
      this.label = label;
      this.code = code;
      this.context = context;
    }
  }

  /** A step with bodies that runs. */
  static final class Block implements Serializable {
    private static final long serialVersionUID = 1;

    final StepCall call;
    /** The branches that still run, with the name of each body. */
    final Map<Integer, String> running = new LinkedHashMap<>();
    final Map<String, Object> results = new LinkedHashMap<>();
    Throwable failure;
    int attempts = 1;

    Block(StepCall call) {
      this.call = call;
    }
  }
}
