package org.jenkinsci.plugins.workflow.steps;

/** An abort or a timeout throws this into a running step. It has the name that it has in Jenkins. */
public final class FlowInterruptedException extends InterruptedException {
  private static final long serialVersionUID = 1;

  public FlowInterruptedException(String message) {
    super(message);
  }
}
