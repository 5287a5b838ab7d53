package harness;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** The folder and the variables that the enclosing steps (node, dir, withEnv) have set for a branch of the program. */
final class Context implements Serializable {
  private static final long serialVersionUID = 1;

  /** The current folder; null outside of node. */
  final String folder;
  final Map<String, String> environment;

  Context(String folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  Context in(String newFolder) {
    return new Context(newFolder, environment);
  }

  /** Adds variables as the step withEnv does: `X=` removes X. */
  Context with(Map<String, String> more) {
    Map<String, String> merged = new LinkedHashMap<>(environment);
    merged.putAll(more);
    return new Context(folder, merged);
  }
}
