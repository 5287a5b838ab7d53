package harness;

import groovy.lang.GroovyObjectSupport;
import java.util.Map;
import java.util.TreeMap;

/** The variable `env`: what is set on it belongs to the whole run and is kept outside of the program. */
public final class Environment extends GroovyObjectSupport implements java.io.Serializable {
  private static final long serialVersionUID = 1;
  private final Run run;
  private final Map<String, String> overrides = new TreeMap<>();

  Environment(Run run) {
    this.run = run;
  }

  /** As a process started here would see it: withEnv wins over the run, the run over the agent. */
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

  /** In a saved program stands only that it was here. */
  private static final class Reference implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() {
      return Run.current().environment;
    }
  }
}
