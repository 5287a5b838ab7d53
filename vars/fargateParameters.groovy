/**
 * Turns the parameters of a step into values that the helper can read. It is no step for Jenkinsfiles: fargateHelper calls it.
 * It has no call(), and every method is NonCPS: none of them runs a step.
 */

/** Parameters as the helper reads them: plain maps and lists, with texts for names. A null stays, since the helper refuses it. */
@NonCPS
Map helperValues(Map parameters) {
  Map copy = [:]
  parameters.each { name, value -> copy["${name}".toString()] = value instanceof Number ? value : asText(value) }
  return copy
}

/** A number in a map or a list becomes a text, as it was written: a reader of JSON would make 3.1 of 3.10. */
@NonCPS
Object asText(Object value) {
  if (value instanceof Map) {
    return value.collectEntries { key, inner -> [("${key}".toString()): asText(inner)] }
  }
  if (value instanceof Collection || value instanceof Object[]) {
    List copy = []
    for (Object one : value) {
      copy.add(asText(one))
    }
    return copy
  }
  if (value instanceof BigDecimal) {
    return digits(value)
  }
  return value instanceof Number || value instanceof CharSequence ? value.toString() : value
}

/** Writes 1000 and 0.0000001, not 1E+3 and 1E-7. The sandbox does not allow toPlainString, but a number far from 0 has no exponent. */
@NonCPS
String digits(BigDecimal number) {
  if (number <= -1 || number >= 1) {
    return (number + 0).toString()
  }
  return number < 0 ? '-0' + (number - 1).toString().substring(2) : '0' + (number + 1).toString().substring(1)
}

/**
 * A complaint about the first value that cannot be passed on: `labels.a is a closure`; null where there is none. With a closure
 * Jenkins would only warn, drop the call and stay green; of an object JsonOutput would call every getter; JSON has no NaN.
 */
@NonCPS
String complaint(Map parameters) {
  complaintAbout(parameters, '')
}

@NonCPS
String complaintAbout(Object value, String name) {
  if (value instanceof Map) {
    return value.collect { key, inner -> complaintAbout(inner, name ? "${name}.${key}" : "${key}") }.find { it }
  }
  if (value instanceof List) {
    return value.collect { complaintAbout(it, name) }.find { it }
  }
  if (value instanceof Closure) {
    return "${name} is a closure"
  }
  if (value instanceof Number) {
    return ['NaN', 'Infinity', '-Infinity'].contains(value.toString()) ? "${name} is ${value}" : null
  }
  // No == and no getter of an object is called here: they are the pipeline's own code. Texts, dates and the like are Comparable.
  boolean isPlain = value instanceof CharSequence || (value instanceof Comparable && !(value instanceof GroovyObject))
  return isPlain || !(value instanceof Object) ? null : "${name} is an object"
}
