package harness;

import com.cloudbees.groovy.cps.Continuable;
import java.io.Serializable;

/**
 * A place of CPS code where Jenkins may let another branch go on, or an abort may come: each turn of a loop, and the beginning of each
 * method and closure. Here another branch always goes on, so code that must not be interrupted fails a test.
 */
public enum Safepoint implements Serializable {
  REACHED;

  /** Called by the transformed program. */
  public static Object safepoint() {
    return Continuable.suspend("safepoint", REACHED);
  }
}
