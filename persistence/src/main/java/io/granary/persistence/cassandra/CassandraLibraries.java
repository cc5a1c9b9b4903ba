package io.granary.persistence.cassandra;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;

/** Finds the folder of Cassandra's jars and this module's own classes. */
final class CassandraLibraries {
  private static final List<String> PLACES =
      List.of("lib/cassandra", "persistence/cassandra/target/lib");

  private CassandraLibraries() {}

  /**
   * The folder that {@link EmbeddedCassandraSettings#LIBRARIES_PROPERTY} names, or the first of
   * {@code lib/cassandra} (an installation) and {@code persistence/cassandra/target/lib} (a
   * checkout) in a folder above this class.
   *
   * @throws CassandraStartException when there is none
   */
  static Path find() {
    String property = System.getProperty(EmbeddedCassandraSettings.LIBRARIES_PROPERTY);
    if (property != null) {
      return Path.of(property);
    }
    Path classes = ownClasses();
    for (Path folder : List.of(classes, Path.of("").toAbsolutePath())) {
      for (Path at = folder; at != null; at = at.getParent()) {
        for (String place : PLACES) {
          if (Files.isDirectory(at.resolve(place))) {
            return at.resolve(place);
          }
        }
      }
    }
    throw new CassandraStartException(
        "Cassandra's jars are neither where -D"
            + EmbeddedCassandraSettings.LIBRARIES_PROPERTY
            + " says nor in "
            + PLACES
            + " above "
            + classes
            + "; ./granary build lays them out");
  }

  /** The folder or jar this class was loaded from. */
  static Path ownClasses() {
    CodeSource source = CassandraLibraries.class.getProtectionDomain().getCodeSource();
    return Optional.ofNullable(source)
        .map(
            s -> {
              try {
                return Path.of(s.getLocation().toURI());
              } catch (URISyntaxException e) {
                throw new IllegalStateException("code source " + s.getLocation(), e);
              }
            })
        .orElseThrow(() -> new IllegalStateException("classes without a code source"));
  }
}
