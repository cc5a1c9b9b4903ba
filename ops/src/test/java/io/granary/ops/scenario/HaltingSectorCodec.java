package io.granary.ops.scenario;

import com.google.protobuf.CodedInputStream;
import io.granary.persistence.codec.EventCodec;
import io.granary.persistence.codec.SectorEventCodec;
import io.granary.protocol.sector.SectorEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Ends the JVM as kill -9 would, at the moment an event is about to be written: the state before it
 * is durable, everything that state asked of the world has been done, the event itself is lost. The
 * file named by the environment variable {@value #FILE} lists the events to die at, in order.
 */
public final class HaltingSectorCodec implements EventCodec<SectorEvent> {
  static final String FILE = "GRANARY_TEST_HALT_FILE";
  private static final int KILLED = 137;

  private final SectorEventCodec codec = new SectorEventCodec();
  private final Path file = Path.of(System.getenv(FILE));

  @Override
  public Class<SectorEvent> type() {
    return codec.type();
  }

  @Override
  public Set<String> manifests() {
    return codec.manifests();
  }

  @Override
  public String manifest(SectorEvent value) {
    return codec.manifest(value);
  }

  @Override
  public byte[] toBytes(SectorEvent value) {
    haltAt(value.name());
    return codec.toBytes(value);
  }

  private synchronized void haltAt(String event) {
    try {
      List<String> left = new ArrayList<>(Files.readAllLines(file));
      if (!left.isEmpty() && left.get(0).equals(event)) {
        left.remove(0);
        Files.write(file, left);
        Runtime.getRuntime().halt(KILLED);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  @Override
  public SectorEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    return codec.fromBytes(manifest, in);
  }
}
