package harness;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** So that a Jenkinsfile may begin with `@Library('name') _`: the library is always the one under test. */
@Retention(RetentionPolicy.SOURCE)
public @interface Library {
  String[] value();
}
