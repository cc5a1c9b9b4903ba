package io.granary.persistence.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One numbered step of the schema.
 *
 * @param version from 1, without gaps
 * @param name the resource's file name
 * @param text its statements, each ended by a semicolon at a line's end; {@code --} begins a
 *     comment line; {@code ${keyspace}} stands for the keyspace
 */
record Migration(int version, String name, String text) {
  private static final List<String> RESOURCES =
      List.of(
          "0001-journal.cql",
          "0002-sector-summaries.cql",
          "0003-spent-nonces.cql",
          "0004-miners.cql",
          "0005-intent-nonces.cql",
          "0006-claimed-blocks.cql",
          "0007-piece-index.cql",
          "0008-deals.cql",
          "0009-deal-rules.cql",
          "0010-deal-needs.cql",
          "0011-piece-deals.cql",
          "0012-ad-chain.cql");

  /** Every migration of this release, ascending. */
  static List<Migration> all() {
    return RESOURCES.stream().map(Migration::load).toList();
  }

  private static Migration load(String name) {
    try (InputStream in =
        Migration.class.getResourceAsStream("/io/granary/persistence/schema/" + name)) {
      if (in == null) {
        throw new IllegalStateException("schema resource " + name + " is missing");
      }
      return new Migration(
          Integer.parseInt(name.substring(0, 4)),
          name,
          new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("schema resource " + name, e);
    }
  }

  /** The statements, for {@code keyspace}. */
  List<String> statements(String keyspace) {
    String withoutComments =
        text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
    return Arrays.stream(withoutComments.split(";\n|;$", -1))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .map(statement -> statement.replace("${keyspace}", keyspace))
        .toList();
  }

  /** SHA-256 of the text, in hex: a migration that was applied is never edited. */
  String checksum() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
