package harness;

import hudson.AbortException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The steps on files of the agent. */
final class WorkspaceFiles {
  private final Run run;
  private final Context context;

  WorkspaceFiles(Run run, Context context) {
    this.run = run;
    this.context = context;
  }

  /** The current folder. Outside of `node` there is none. */
  static Path folder(Context context) throws AbortException {
    if (context.folder == null) throw new AbortException("Required context class hudson.FilePath is missing\nPerhaps you forgot to surround the step with a step that provides this, such as: node");
    return Path.of(context.folder);
  }

  static Path temporary(Path folder) {
    return folder.resolveSibling(folder.getFileName() + "@tmp");
  }

  String pwd(StepCall call) {
    try {
      Path folder = folder(context);
      return (call.flag("tmp") ? temporary(folder) : folder).toString();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Without an encoding Jenkins uses that of the controller. Here it is ASCII, so a forgotten encoding shows. */
  String libraryResource(StepCall call) {
    try {
      return Files.readString(run.options.resource(call.text("resource")), charset(call));
    } catch (IOException failure) {
      throw new UncheckedIOException("No such library resource " + call.text("resource") + " could be found", failure);
    }
  }

  Object perform(StepCall call) throws Exception {
    Path folder = folder(context);
    switch (call.step) {
      case "readFile":
        return Files.readString(folder.resolve(call.text("file")), charset(call));
      case "fileExists":
        return Files.exists(folder.resolve(call.text("file")));
      case "writeFile": {
        Path file = folder.resolve(call.text("file"));
        Files.createDirectories(file.getParent());
        Files.writeString(file, call.text("text"), charset(call));
        return null;
      }
      case "deleteDir":
        delete(folder);
        return null;
      default:
        return checkout(folder);
    }
  }

  private Map<String, String> checkout(Path folder) throws Exception {
    Path source = run.options.source();
    if (source == null) throw new AbortException("there is no source to check out: run with --source FOLDER");
    Files.createDirectories(folder);
    Process copy = new ProcessBuilder(List.of("cp", "-a", source + "/.", folder.toString())).inheritIO().start();
    if (copy.waitFor() != 0) throw new AbortException("the source could not be copied to " + folder);
    return Map.of();
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  private static Charset charset(StepCall call) {
    String encoding = call.text("encoding");
    return encoding == null ? StandardCharsets.US_ASCII : Charset.forName(encoding);
  }
}
