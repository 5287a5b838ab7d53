package harness;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Lets a Jenkinsfile begin with `@Library('name') _`. The library is always the one under test. */
@Retention(RetentionPolicy.SOURCE)
public @interface Library {
  String[] value();
}
