package harness;

import com.cloudbees.groovy.cps.SerializableScript;
import groovy.lang.MissingPropertyException;
import org.codehaus.groovy.runtime.InvokerHelper;

/**
 * Base class of the Jenkinsfile and of every file in vars/. As in Jenkins, a global variable is instantiated once for each
 * script that uses it and kept in that script's binding: two scripts do not share the fields of a third.
 * (workflow-cps: CpsScript; pipeline-groovy-lib: UserDefinedGlobalVariable.)
 */
public abstract class PipelineScript extends SerializableScript {
  private static final long serialVersionUID = 1;

  @Override
  public final Object invokeMethod(String name, Object args) {
    Run run = Run.current();
    Object variable = getBinding().hasVariable(name) ? getBinding().getVariable(name) : run.instantiate(name);
    if (variable != null) {
      getBinding().setVariable(name, variable);
      return InvokerHelper.getMetaClass(variable).invokeMethod(variable, "call", args);
    }
    return run.steps.call(name, (Object[]) args);
  }

  @Override
  public Object getProperty(String property) {
    try {
      return super.getProperty(property);
    } catch (MissingPropertyException missing) {
      Run run = Run.current();
      switch (property) {
        case "env":
          return run.environment;
        case "currentBuild":
          return run.build;
        case "scm":
          return String.valueOf(run.options.source());
        default:
      }
      Object variable = run.instantiate(property);
      if (variable != null) {
        getBinding().setVariable(property, variable);
        return variable;
      }
      String value = run.environment.get(property);
      if (value != null) return value;
      throw missing;
    }
  }
}
