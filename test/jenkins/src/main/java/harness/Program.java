package harness;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Outcome;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that Jenkins would write to program.dat: the branches of a running pipeline with all they can reach. */
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
    /** What the code goes on with; null while it waits. */
    Outcome next = new Outcome(null, null);
    /** The step whose bodies it waits for; null when it waits for none. */
    Block waitsFor;

    Branch(int id, Integer parent, String label, Continuable code, Context context) {
      this.id = id;
      this.parent = parent;
      this.label = label;
      this.code = code;
      this.context = context;
    }
  }

  /** A step with bodies that is under way. */
  static final class Block implements Serializable {
    private static final long serialVersionUID = 1;

    final StepCall call;
    /** Branches still running, with the name of each body. */
    final Map<Integer, String> running = new LinkedHashMap<>();
    final Map<String, Object> results = new LinkedHashMap<>();
    Throwable failure;
    int attempts = 1;

    Block(StepCall call) {
      this.call = call;
    }
  }
}
