package io.granary.persistence.cassandra;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a server one query over the CQL native protocol, version 4 (Cassandra's {@code
 * doc/native_protocol_v4.spec}): STARTUP, READY, QUERY, RESULT. A driver session would do too, at a
 * hundred times the cost.
 */
final class CqlProbe {
  private static final int VERSION_REQUEST = 0x04;
  private static final int STARTUP = 0x01;
  private static final int READY = 0x02;
  private static final int QUERY = 0x07;
  private static final int RESULT = 0x08;
  private static final int CONSISTENCY_ONE = 1;
  private static final int MAX_BODY_BYTES = 1 << 20;

  private CqlProbe() {}

  /** Whether {@code server} answers {@code SELECT} on a system table within {@code timeout}. */
  static boolean answers(InetSocketAddress server, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(server, millis);
      socket.setSoTimeout(millis);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] key = ascii("CQL_VERSION");
      byte[] value = ascii("3.0.0");
      writeHeader(out, STARTUP, 2 + 2 + key.length + 2 + value.length);
      out.writeShort(1);
      out.writeShort(key.length);
      out.write(key);
      out.writeShort(value.length);
      out.write(value);
      out.flush();
      if (readOpcode(in) != READY) {
        return false;
      }
      byte[] query = ascii("SELECT release_version FROM system.local");
      writeHeader(out, QUERY, 4 + query.length + 2 + 1);
      out.writeInt(query.length);
      out.write(query);
      out.writeShort(CONSISTENCY_ONE);
      out.writeByte(0);
      out.flush();
      return readOpcode(in) == RESULT;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void writeHeader(DataOutputStream out, int opcode, int bodyBytes)
      throws IOException {
    out.writeByte(VERSION_REQUEST);
    out.writeByte(0);
    out.writeShort(0);
    out.writeByte(opcode);
    out.writeInt(bodyBytes);
  }

  private static int readOpcode(DataInputStream in) throws IOException {
    in.skipNBytes(4);
    int opcode = in.readUnsignedByte();
    int bodyBytes = in.readInt();
    if (bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
      throw new IOException("CQL frame of " + bodyBytes + " bytes");
    }
    in.skipNBytes(bodyBytes);
    return opcode;
  }
}
