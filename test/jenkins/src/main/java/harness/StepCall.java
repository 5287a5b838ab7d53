package harness;

import groovy.lang.Closure;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** A call of a step. Its arguments have their names, also the one that was given without a name. */
final class StepCall implements Serializable {
  private static final long serialVersionUID = 1;

  final String step;
  final Map<String, Object> arguments;
  /** The step's block; null when it has none. */
  final Closure<?> body;

  StepCall(String step, Map<String, Object> arguments, Closure<?> body) {
    this.step = step;
    this.arguments = arguments;
    this.body = body;
  }

  String text(String name) {
    Object value = arguments.get(name);
    return value == null ? null : value.toString();
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(arguments.get(name));
  }

  List<?> list(String name) {
    return arguments.get(name) instanceof List<?> list ? list : List.of();
  }
}
