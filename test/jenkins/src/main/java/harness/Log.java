package harness;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The build's log, line by line. */
final class Log {
  private final PrintStream out;
  private String awaited;
  private Runnable action;

  Log(java.io.OutputStream out) {
    this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  synchronized void line(String text) {
    out.println(text);
    if (awaited != null && text.contains(awaited)) {
      awaited = null;
      action.run();
    }
  }

  /** A line of a branch of `parallel` begins with the branch's name. */
  void line(String label, String text) {
    line(label == null ? text : "[" + label + "] " + text);
  }

  synchronized void when(String text, Runnable then) {
    awaited = text;
    action = then;
  }

  /** An error with the frames that are Groovy code. The other frames belong to the interpreter. */
  void trace(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      line((cause == failure ? "" : "Caused by: ") + cause);
      for (StackTraceElement frame : cause.getStackTrace())
        if (frame.getFileName() != null && frame.getFileName().endsWith(".groovy")) line("\tat " + frame);
    }
  }
}
