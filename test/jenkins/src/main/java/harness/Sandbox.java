package harness;

import groovy.json.JsonOutput;
import groovy.json.JsonSlurper;
import groovy.lang.Closure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.codehaus.groovy.runtime.GStringImpl;
import org.codehaus.groovy.runtime.ScriptBytecodeAdapter;
import org.kohsuke.groovy.sandbox.GroovyInterceptor;

/**
 * The calls that a folder-level library may make: a small part of script-security's generic whitelist, enough for our steps and the
 * Jenkinsfiles under test. All other calls are refused: look a new one up in that whitelist before you add it here.
 */
final class Sandbox extends GroovyInterceptor {
  private static final Map<Class<?>, Set<String>> METHODS = Map.of(
      Map.class, Set.of("plus", "get", "put", "getAt", "putAt", "each", "collect", "collectEntries", "findAll", "subMap",
          "containsKey", "size", "isEmpty", "toString", "entrySet", "keySet", "values", "equals"),
      Collection.class, Set.of("plus", "minus", "add", "get", "getAt", "leftShift", "each", "collect", "collectEntries", "findAll", "find",
          "join", "size", "isEmpty", "contains", "toString", "first", "last", "equals", "iterator"),
      Map.Entry.class, Set.of("getKey", "getValue"),
      CharSequence.class, Set.of("plus", "toString", "trim", "contains", "startsWith", "endsWith", "replace", "split", "take",
          "readLines", "length", "size", "toInteger", "equals", "substring", "compareTo", "hashCode"),
      Number.class, Set.of("plus", "minus", "multiply", "div", "compareTo", "equals", "toString", "next"),
      Throwable.class, Set.of("getMessage", "toString"),
      Pattern.class, Set.of("matcher"),
      UUID.class, Set.of("toString"),
      JsonSlurper.class, Set.of("parseText"),
      Boolean.class, Set.of("toString", "equals"));

  @Override
  public Object onMethodCall(Invoker invoker, Object receiver, String method, Object... args) throws Throwable {
    boolean ours = receiver instanceof PipelineScript || receiver instanceof Closure;
    if (!ours && METHODS.entrySet().stream().noneMatch(row -> row.getKey().isInstance(receiver) && row.getValue().contains(method)))
      throw refusal("method " + receiver.getClass().getName() + " " + method);
    return super.onMethodCall(invoker, receiver, method, args);
  }

  @Override
  public Object onStaticCall(Invoker invoker, Class receiver, String method, Object... args) throws Throwable {
    boolean json = receiver == JsonOutput.class && method.equals("toJson") && args.length == 1
        && (args[0] instanceof Map || args[0] instanceof String || args[0] instanceof Number || args[0] instanceof Boolean);
    boolean uuid = receiver == UUID.class && method.equals("randomUUID");
    boolean cast = receiver == ScriptBytecodeAdapter.class;
    if (!json && !uuid && !cast && receiver != Safepoint.class && !PipelineScript.class.isAssignableFrom(receiver))
      throw refusal("staticMethod " + receiver.getName() + " " + method);
    return super.onStaticCall(invoker, receiver, method, args);
  }

  @Override
  public Object onNewInstance(Invoker invoker, Class type, Object... args) throws Throwable {
    boolean exception = type == Exception.class && args.length == 1 && args[0] instanceof String;
    boolean script = PipelineScript.class.isAssignableFrom(type);
    if (!exception && !script && !Set.of(JsonSlurper.class, HashMap.class, GStringImpl.class).contains(type)) throw refusal("new " + type.getName());
    return super.onNewInstance(invoker, type, args);
  }

  @Override
  public Object onGetProperty(Invoker invoker, Object receiver, String property) throws Throwable {
    boolean allowed = receiver instanceof PipelineScript || receiver instanceof Closure || receiver instanceof Map
        || receiver instanceof Environment || receiver instanceof Build || receiver instanceof Collection
        || (receiver instanceof Map.Entry && Set.of("key", "value").contains(property))
        || (receiver instanceof Throwable && property.equals("message"));
    if (!allowed) throw refusal("property " + receiver.getClass().getName() + " " + property);
    return super.onGetProperty(invoker, receiver, property);
  }

  @Override
  public Object onSetProperty(Invoker invoker, Object receiver, String property, Object value) throws Throwable {
    boolean allowed = receiver instanceof PipelineScript || receiver instanceof Map || receiver instanceof Environment
        || receiver instanceof Build;
    if (!allowed) throw refusal("set property " + receiver.getClass().getName() + " " + property);
    return super.onSetProperty(invoker, receiver, property, value);
  }

  private static SecurityException refusal(String signature) {
    return new SecurityException("Scripts not permitted to use " + signature);
  }
}
