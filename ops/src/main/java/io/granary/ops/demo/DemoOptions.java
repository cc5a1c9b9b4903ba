package io.granary.ops.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the demo was asked for.
 *
 * @param file to store, when one is named
 * @param defaultFile to store when none is named
 * @param folder where everything of the demo lies
 * @param sectorSize as the management HTTP takes it, 8MiB or 2KiB
 * @param deal store it by a deal, from the client's side
 * @param indexers announce URLs of IPNI indexers that are told of what a deal stored
 * @param keep leave everything running at the end
 * @param resume go on with the demo that is in {@code folder}
 * @param periods consecutive proving periods to wait for
 * @param goOnWith the command line that resumes it, for people
 */
public record DemoOptions(
    Optional<Path> file,
    Optional<Path> defaultFile,
    Path folder,
    String sectorSize,
    boolean deal,
    List<URI> indexers,
    boolean keep,
    boolean resume,
    int periods,
    String goOnWith) {
  public DemoOptions {
    indexers = List.copyOf(indexers);
  }
}
