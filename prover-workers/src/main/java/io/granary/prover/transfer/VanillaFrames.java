package io.granary.prover.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.prover.files.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The answer to {@code POST /vanilla}: for each sector, in the order they are known, a line of
 * JSON, and after that of a proof its bytes. An empty line says that the work goes on; {@code
 * {"end":true}} that all was said, without which the answer is cut off.
 */
final class VanillaFrames {
  /** A proof is 24,960 bytes at 32 GiB (proofs.md 2.6). */
  static final int PROOF_BYTES_MAX = 1 << 20;

  static final byte[] KEEP_ALIVE = {'\n'};

  private static final int LINE_BYTES_MAX = 4096;
  private static final int REASON_CHARACTERS_MAX = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private VanillaFrames() {}

  /** What is said of one sector, or that all was said. */
  sealed interface Frame {
    record Proven(SectorNumber sector, Path proof) implements Frame {}

    record Unreadable(SectorNumber sector, String reason) implements Frame {}

    record End() implements Frame {}
  }

  /** What is read: a proof with its bytes, checked. */
  sealed interface Told {
    record Proven(SectorNumber sector, Bytes proof) implements Told {}

    record Unreadable(SectorNumber sector, String reason) implements Told {}

    record End() implements Told {}
  }

  /** A proof that cannot be read any more is told of as unreadable. */
  static byte[] encode(Frame frame) {
    if (frame instanceof Frame.Proven proven) {
      try {
        byte[] proof = Files.readAllBytes(proven.proof());
        return line(
            JSON.createObjectNode()
                .put("sector", proven.sector().value())
                .put("length", proof.length)
                .put("sha256", DurableFiles.sha256(proof).toHex()),
            proof);
      } catch (IOException e) {
        return encode(
            new Frame.Unreadable(proven.sector(), "its vanilla proof was read and is gone: " + e));
      }
    } else if (frame instanceof Frame.Unreadable bad) {
      String reason = bad.reason();
      return line(
          JSON.createObjectNode()
              .put("sector", bad.sector().value())
              .put(
                  "unreadable",
                  reason.substring(0, Math.min(REASON_CHARACTERS_MAX, reason.length()))),
          new byte[0]);
    }
    return line(JSON.createObjectNode().put("end", true), new byte[0]);
  }

  private static byte[] line(ObjectNode head, byte[] body) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(JSON.writeValueAsString(head).getBytes(StandardCharsets.UTF_8));
      out.write('\n');
      out.writeBytes(body);
      return out.toByteArray();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  /**
   * Reads what comes next; empty for a sign of life.
   *
   * @throws IOException when it is cut off, or is not of the form
   */
  static Optional<Told> read(InputStream in) throws IOException {
    byte[] line = line(in);
    if (line.length == 0) {
      return Optional.empty();
    }
    JsonNode head = JSON.readTree(line);
    if (head.path("end").asBoolean(false)) {
      return Optional.of(new Told.End());
    }
    JsonNode number = head.path("sector");
    if (!number.canConvertToLong() || number.asLong() < 0) {
      throw new IOException("not an answer about a sector: " + head);
    }
    SectorNumber sector = new SectorNumber(number.asLong());
    if (head.path("unreadable").isTextual()) {
      return Optional.of(new Told.Unreadable(sector, head.path("unreadable").asText()));
    }
    return Optional.of(new Told.Proven(sector, proof(in, head, sector)));
  }

  private static Bytes proof(InputStream in, JsonNode head, SectorNumber sector)
      throws IOException {
    int length = head.path("length").asInt(-1);
    if (length < 1 || length > PROOF_BYTES_MAX) {
      throw new IOException("vanilla proof of sector " + sector + ": length " + length);
    }
    byte[] proof = in.readNBytes(length);
    if (proof.length < length) {
      throw new EOFException("cut off in the vanilla proof of sector " + sector);
    }
    Bytes sha256 = DurableFiles.sha256(proof);
    if (!sha256.toHex().equals(head.path("sha256").asText())) {
      throw new IOException("vanilla proof of sector " + sector + ": its sha256 is " + sha256);
    }
    return Bytes.of(proof);
  }

  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("cut off: the end was not said");
      }
      if (line.size() == LINE_BYTES_MAX) {
        throw new IOException("a line longer than " + LINE_BYTES_MAX + " bytes");
      }
      line.write(next);
      next = in.read();
    }
    return line.toByteArray();
  }
}
