package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.port.DealFetcher.End;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers over TLS: the certificate has to be that of the name, wherever the name leads. */
@Timeout(60)
class SecureTransferIT {
  private static final String PASSWORD = "changeit";
  private static final byte[] CONTENT = content(100_000);
  private final SSLContext context;

  /** With a key for {@code files.example}, trusted by who has the store. */
  SecureTransferIT(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "one",
                "-keyalg",
                "EC",
                "-dname",
                "CN=files.example",
                "-ext",
                "SAN=dns:files.example",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
  }

  private End fetch(Path root, String host, SSLSocketFactory tls, String redirect)
      throws Exception {
    FileServer.Handler file = FileServer.file(CONTENT, "\"one\"");
    try (FileServer server =
            FileServer.start(
                context.getServerSocketFactory(),
                (request, out) -> {
                  if (redirect.isEmpty()) {
                    file.answer(request, out);
                  } else {
                    FileServer.write(out, "HTTP/1.1 302 Found\nLocation: " + redirect);
                  }
                });
        Transfers transfers = new Transfers(root, "", tls)) {
      transfers.names.put(host, List.of("127.0.0.1"));
      return transfers.fetch(order("https://" + host + ":" + server.port() + "/", CONTENT, 0));
    }
  }

  @Test
  void bringsTheFile_whenTheCertificateIsThatOfTheName(@TempDir Path root) throws Exception {
    assertThat(fetch(root, "files.example", context.getSocketFactory(), ""))
        .isInstanceOf(End.Complete.class);
  }

  @Test
  void bringsNothing_whenItIsThatOfAnotherName(@TempDir Path root) throws Exception {
    assertThat(fetch(root, "other.example", context.getSocketFactory(), ""))
        .isInstanceOf(End.BrokenOff.class);
  }

  @Test
  void bringsNothing_whenNobodyTrustsIt(@TempDir Path root) throws Exception {
    SSLSocketFactory usual = (SSLSocketFactory) SSLSocketFactory.getDefault();
    assertThat(fetch(root, "files.example", usual, "")).isInstanceOf(End.BrokenOff.class);
  }

  @Test
  void refusesToBeSentFromHttpsToHttp(@TempDir Path root) throws Exception {
    End end = fetch(root, "files.example", context.getSocketFactory(), "http://files.example/");
    assertThat(end).isEqualTo(new End.Refused("the server redirects from https to http"));
  }
}
