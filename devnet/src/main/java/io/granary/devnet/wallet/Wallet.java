package io.granary.devnet.wallet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.DevnetException;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Keys kept as {@code <address>.json} files in the form nodes export them (chain.md 1.8: type and
 * base64 private key), readable by their owner only. Safe for any thread.
 */
public final class Wallet {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".json";
  private static final String DEFAULT_FILE = "default";

  private final Path directory;
  private final SecureRandom random = new SecureRandom();
  private final Map<Address, WalletKey> keys = new ConcurrentSkipListMap<>();

  /** Opens the wallet in {@code directory}, which is made when it is missing. */
  public Wallet(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          WalletKey key = read(file);
          keys.put(key.address(), key);
        }
      }
    } catch (IOException e) {
      throw new DevnetException("wallet " + directory + ": cannot open", e);
    }
  }

  private static WalletKey read(Path file) throws IOException {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      Bytes secret = Bytes.of(Base64.getDecoder().decode(json.path("PrivateKey").asText()));
      WalletKey key = WalletKey.of(kind(json.path("Type").asText()), secret);
      if (!file.getFileName().toString().equals(key.address() + SUFFIX)) {
        throw new DevnetException("wallet key " + file + ": is the key of " + key.address());
      }
      return key;
    } catch (IllegalArgumentException e) {
      throw new DevnetException("wallet key " + file + ": unreadable", e);
    }
  }

  private static Signature.Kind kind(String type) {
    for (Signature.Kind kind : Signature.Kind.values()) {
      if (type.equals(text(kind))) {
        return kind;
      }
    }
    throw new IllegalArgumentException("key type " + type);
  }

  private static String text(Signature.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Makes a random key; the first key of a wallet becomes its default. */
  public Address create(Signature.Kind kind) {
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    return add(WalletKey.derive(kind, seed)).address();
  }

  /** Adds a key, or finds it there already. */
  public WalletKey add(WalletKey key) {
    if (keys.putIfAbsent(key.address(), key) == null) {
      ObjectNode json = JSON.createObjectNode();
      json.put("Type", text(key.kind()));
      json.put("PrivateKey", Base64.getEncoder().encodeToString(key.privateKey().toArray()));
      write(key.address() + SUFFIX, json.toString());
      if (!Files.exists(directory.resolve(DEFAULT_FILE))) {
        setDefault(key.address());
      }
    }
    return key;
  }

  /** Makes {@code address}, which must be in the wallet, the default. */
  public void setDefault(Address address) {
    if (!keys.containsKey(address)) {
      throw new DevnetException("key not found for " + address);
    }
    write(DEFAULT_FILE, address.toString());
  }

  /** The default address; empty for a wallet without keys. */
  public Optional<Address> defaultAddress() {
    Path file = directory.resolve(DEFAULT_FILE);
    try {
      return Files.exists(file)
          ? Optional.of(Address.parse(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new DevnetException("wallet " + file + ": cannot read", e);
    }
  }

  public List<Address> list() {
    return List.copyOf(keys.keySet());
  }

  public Optional<WalletKey> key(Address address) {
    return Optional.ofNullable(keys.get(address));
  }

  private void write(String name, String text) {
    Path target = directory.resolve(name);
    try {
      Path part =
          Files.createTempFile(
              directory,
              name,
              ".part",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(part, text, StandardCharsets.UTF_8);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DevnetException("wallet " + target + ": cannot write", e);
    }
  }
}
