package hudson;

import java.io.IOException;

/** The step `error` throws this. It has the name that it has in Jenkins, since Jenkinsfiles may catch it. */
public class AbortException extends IOException {
  private static final long serialVersionUID = 1;

  public AbortException(String message) {
    super(message);
  }
}
