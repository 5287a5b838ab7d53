package harness;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jboss.marshalling.Marshaller;
import org.jboss.marshalling.Marshalling;
import org.jboss.marshalling.MarshallingConfiguration;
import org.jboss.marshalling.SimpleClassResolver;
import org.jboss.marshalling.Unmarshaller;
import org.jboss.marshalling.river.RiverMarshallerFactory;

/** Writes a program as Jenkins does, and reads it back, as a restart of the controller at this step would. */
final class Saved {
  private Saved() {}

  /** A program that was read back, and the size of what was written. */
  record Copy(Program program, int bytes) {}

  static Copy roundTrip(Program program, ClassLoader loader) throws IOException, ClassNotFoundException {
    RiverMarshallerFactory factory = new RiverMarshallerFactory();
    MarshallingConfiguration configuration = new MarshallingConfiguration();
    configuration.setClassResolver(new SimpleClassResolver(loader));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Marshaller writer = factory.createMarshaller(configuration)) {
      writer.start(Marshalling.createByteOutput(bytes));
      writer.writeObject(program);
      writer.finish();
    }
    try (Unmarshaller reader = factory.createUnmarshaller(configuration)) {
      reader.start(Marshalling.createByteInput(new ByteArrayInputStream(bytes.toByteArray())));
      Program read = (Program) reader.readObject();
      reader.finish();
      return new Copy(read, bytes.size());
    }
  }
}
