package harness;

import com.cloudbees.groovy.cps.Continuable;
import java.io.Serializable;

/**
 * A place of CPS code where Jenkins may let another branch go on, or an abort land: each loop's turn and the beginning of each
 * method and closure. Here the branch always gives way, so that what must not be parted shows.
 */
public enum Safepoint implements Serializable {
  REACHED;

  /** Called by the transformed program. */
  public static Object safepoint() {
    return Continuable.suspend("safepoint", REACHED);
  }
}
