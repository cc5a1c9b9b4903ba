package io.granary.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An nginx of our own over one folder, where the machine has one. */
final class Nginx implements AutoCloseable {
  /** Where a program of that name is looked for. */
  static final List<String> PLACES =
      List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx");

  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 100;

  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Optional<Path> installed() {
    return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  static Nginx start(Path program, Path folder) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path work = Files.createDirectories(folder.resolve("nginx"));
    Path file =
        Files.write(
            work.resolve("nginx.conf"),
            List.of(
                "daemon off; worker_processes 1; error_log stderr;",
                // Under root its workers would be another user, whom our folder is closed to.
                "user root;",
                "pid " + work.resolve("pid") + ";",
                "events { worker_connections 64; }",
                "http { access_log off; sendfile on; default_type application/octet-stream;",
                "  server { listen 127.0.0.1:" + port + "; root " + folder + "; } }"));
    Process process =
        new ProcessBuilder(program.toString(), "-p", work.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("log").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    for (int i = 0; i < TRIES; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return nginx;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
    nginx.close();
    throw new IOException("nginx does not listen: " + Files.readString(work.resolve("log")));
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
