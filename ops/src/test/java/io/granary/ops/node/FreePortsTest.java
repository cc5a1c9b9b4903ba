package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Scanner;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  private static final String HOST = "127.0.0.1";
  private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  @Test
  void givesNoPortTwice() throws IOException {
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      assertThat(given.add(FreePorts.next(HOST))).isTrue();
    }
  }

  @Test
  void canBeListenedOn_onTheHostAskedFor() throws IOException {
    int port = FreePorts.next(HOST);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }

  @Test
  void isNoneThatAnOutgoingConnectionMayTake() throws IOException {
    Assumptions.assumeTrue(Files.isReadable(RANGE), "not a Linux machine");
    int first;
    // In one read: the file says that it is empty, and some kernels give its text only once.
    try (BufferedReader reader = Files.newBufferedReader(RANGE)) {
      first = new Scanner(reader).nextInt();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(FreePorts.next(HOST)).isLessThan(first);
    }
  }
}
