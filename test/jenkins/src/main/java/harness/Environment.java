package harness;

import groovy.lang.GroovyObjectSupport;
import java.util.Map;
import java.util.TreeMap;

/** The variable `env`. Its values belong to the whole run, and are kept outside of the program. */
public final class Environment extends GroovyObjectSupport implements java.io.Serializable {
  private static final long serialVersionUID = 1;
  private final Run run;
  private final Map<String, String> overrides = new TreeMap<>();

  Environment(Run run) {
    this.run = run;
  }

  /** The environment of a process that is started here: withEnv wins over the run, and the run over the agent. */
  Map<String, String> effective(Context context) {
    Map<String, String> all = new TreeMap<>(System.getenv());
    all.putAll(run.options.environment());
    all.putAll(overrides);
    all.putAll(context.environment);
    all.values().removeIf(String::isEmpty);
    return all;
  }

  String get(String name) {
    return effective(run.context()).get(name);
  }

  @Override
  public Object getProperty(String name) {
    return get(name);
  }

  @Override
  public void setProperty(String name, Object value) {
    overrides.put(name, String.valueOf(value));
  }

  private Object writeReplace() {
    return new Reference();
  }

  /** A saved program has only a mark that this object was here. */
  private static final class Reference implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() {
      return Run.current().environment;
    }
  }
}
