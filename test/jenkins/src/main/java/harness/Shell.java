package harness;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the step `sh`: `sh -xe` on the script. Its output goes to the log line by line. */
final class Shell {
  private final Process process;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final Wait whenDone;

  private interface Wait {
    void await() throws InterruptedException, IOException;
  }

  Shell(Path folder, String script, boolean returnStdout, Map<String, String> environment, Log log, String label)
      throws IOException {
    Files.createDirectories(folder);
    // Jenkins puts the script into a folder @tmp beside the current folder, and does not delete that folder.
    Path control = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "@tmp"));
    Path file = Files.writeString(Files.createTempFile(control, "script", ".sh"), script);
    // In a session of its own, as under Jenkins: signals to the harness reach it only through stop().
    ProcessBuilder builder = new ProcessBuilder("setsid", "/bin/sh", "-xe", file.toString()).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    process = builder.redirectInput(new java.io.File("/dev/null")).redirectErrorStream(!returnStdout).start();
    Thread errors = returnStdout ? reader(() -> lines(process.getErrorStream(), log, label)) : null;
    Thread output = reader(() -> {
      if (returnStdout) copy(process.getInputStream(), stdout);
      else lines(process.getInputStream(), log, label);
    });
    whenDone = () -> {
      process.waitFor();
      output.join();
      if (errors != null) errors.join();
      Files.delete(file);
    };
  }

  private static Thread reader(Runnable work) {
    Thread thread = new Thread(work, "sh output");
    thread.start();
    return thread;
  }

  private static void lines(InputStream stream, Log log, String label) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) log.line(label, line);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void copy(InputStream from, OutputStream to) {
    try {
      from.transferTo(to);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Blocks until the process has ended and all its output is read. Returns its exit status. */
  int await() throws InterruptedException, IOException {
    whenDone.await();
    return process.exitValue();
  }

  String stdout() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  /** Like Jenkins: one SIGTERM to each process, children first, then 20 seconds. Then SIGKILL, unlike Jenkins, so that none is left. */
  void stop() {
    process.descendants().forEach(ProcessHandle::destroy);
    // Through its handle: Process.destroy closes the output, and the last lines are lost.
    process.toHandle().destroy();
    new Thread(() -> {
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
      } catch (InterruptedException ignored) {
        process.destroyForcibly();
      }
    }, "sh stop").start();
  }
}
