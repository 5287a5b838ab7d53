package harness;

/** The variable `currentBuild`. Its result can only become worse. */
public final class Build implements java.io.Serializable {
  private static final long serialVersionUID = 1;

  private enum Result { SUCCESS, UNSTABLE, FAILURE, ABORTED }

  private Result result;
  private String description;

  public String getResult() {
    return result == null ? null : result.name();
  }

  public String getCurrentResult() {
    return (result == null ? Result.SUCCESS : result).name();
  }

  public void setResult(String name) {
    Result worse = Result.valueOf(name);
    if (result == null || worse.compareTo(result) > 0) result = worse;
  }

  public String getDescription() {
    return description;
  }

  public void setDescription(String text) {
    description = text;
  }

  private Object writeReplace() {
    return new Reference();
  }

  private static final class Reference implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    private Object readResolve() {
      return Run.current().build;
    }
  }
}
