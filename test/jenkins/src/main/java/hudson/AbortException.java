package hudson;

import java.io.IOException;

/** What the step `error` throws, under Jenkins' own name: Jenkinsfiles may name it in a catch. */
public class AbortException extends IOException {
  private static final long serialVersionUID = 1;

  public AbortException(String message) {
    super(message);
  }
}
