package org.jenkinsci.plugins.workflow.steps;

/** What an abort or a timeout throws into a running step, under Jenkins' own name. */
public final class FlowInterruptedException extends InterruptedException {
  private static final long serialVersionUID = 1;

  public FlowInterruptedException(String message) {
    super(message);
  }
}
