package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder where deals' files lie until they are in a sector, on a storage path of this node or on
 * a folder that several nodes share. Files belong to the deal of their name. What belongs to no
 * deal is listed, never deleted by itself; what a deal needs no more is deleted by whoever asks the
 * deals. Thread-safe for different deals.
 *
 * <p><b>Of one node</b>: {@code <deal>.data}, and {@code <deal>.note} beside it. Nobody else writes
 * there; a transfer goes on in the file as an earlier process left it.
 *
 * <p><b>Shared</b>: {@code <deal>.<attempt>.data} and its note, an attempt being a number of this
 * process's, whose number in the cluster goes before it. The node that takes a deal over may do so
 * while the one before still writes: cut off, paused, or merely slow to hear. No lock would keep
 * them apart: on NFS those of a client that is cut off are given away before it knows, or not at
 * all when its machine is dead; and a file that is renamed takes its writers along. Hence nobody
 * ever writes a file of another's. Whoever takes over copies what the note of the earlier attempt
 * calls safe into a file of its own, hashing the very bytes that it writes, and goes on there. What
 * the earlier writer does from then on goes into its own file. So the file that a completed
 * transfer names holds exactly the bytes that were hashed for it, never a mixture of two writers'.
 * Should what was copied not be of the file that the rest is of (a lying note, a file read while it
 * was replaced), the commitment is not the deal's, and the transfer begins anew. Nobody deletes
 * what another process has written while that may live, except with all the rest of the deal, when
 * it needs none of it any more; what a process that is gone has left goes once there is a safe copy
 * of it.
 *
 * <p>Two entities that both believe to own the deal are kept apart by the cluster and the journal,
 * not by this.
 */
public final class Staging {
  /** The folder within the storage path. */
  public static final String FOLDER = "deal-staging";

  private static final Pattern NAME =
      Pattern.compile(
          "([0-9a-f-]{36})(\\.[0-9a-f]{16}-[0-9]{1,19})?("
              + String.join("|", StagedPart.DATA, StagedPart.NOTE, StagedPart.NEW_NOTE)
                  .replace(".", "\\.")
              + ")");

  private static final Pattern ATTEMPT = Pattern.compile("\\.([0-9a-f]{16})-[0-9]{1,19}(\\.|$)");

  private final String storageId;
  private final Path folder;

  /** The names of this process's attempts begin so; empty where nothing is shared. */
  private final Optional<String> process;

  private final AtomicLong attempts = new AtomicLong();
  private final Map<DealId, Long> toCome = new HashMap<>();

  private Staging(String storageId, Path folder, Optional<String> process) {
    this.storageId = storageId;
    this.folder = folder;
    this.process = process;
  }

  /**
   * The staging of a storage path of this node alone.
   *
   * @param root where the storage path is mounted
   * @throws StagingException when the folder can be neither found nor made
   */
  public static Staging open(String storageId, Path root) {
    return new Staging(storageId, folder(root), Optional.empty());
  }

  /**
   * The staging that this node shares with others.
   *
   * @param storageId the same on all of them
   * @param root where this node has mounted it
   * @param process a number that no other process has, nor an earlier one had
   * @throws StagingException when the folder can be neither found nor made
   */
  public static Staging shared(String storageId, Path root, long process) {
    return new Staging(storageId, folder(root), Optional.of(processName(process)));
  }

  /** What the files of a process are known by. */
  public static String processName(long process) {
    return HexFormat.of().toHexDigits(process);
  }

  private static Path folder(Path root) {
    Path folder = root.resolve(FOLDER);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StagingException("staging: cannot make " + folder, e);
    }
  }

  /** Of the storage path, or the shared folder, that this is. */
  public String storageId() {
    return storageId;
  }

  /**
   * A file in staging.
   *
   * @param deal whose it is, by its name; empty when the name is none of ours
   */
  public record Leftover(Path file, Optional<DealId> deal, long bytes) {}

  /** What belongs to none of the deals. */
  public List<Leftover> leftovers(Set<DealId> known) {
    List<Leftover> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Optional<DealId> deal = dealOf(file.getFileName().toString());
        if (deal.filter(known::contains).isEmpty()) {
          found.add(new Leftover(file, deal, Files.size(file)));
        }
      }
    } catch (IOException e) {
      throw new StagingException("staging: cannot list " + folder, e);
    }
    return found;
  }

  /**
   * Deals that anything is staged of, by id.
   *
   * @param after the last that is left out
   * @param max this many at most
   */
  public List<DealId> deals(Optional<DealId> after, int max) {
    return leftovers(Set.of()).stream()
        .flatMap(file -> file.deal().stream())
        .distinct()
        .filter(deal -> after.map(last -> deal.compareTo(last) > 0).orElse(true))
        .sorted()
        .limit(max)
        .toList();
  }

  private static Optional<DealId> dealOf(String name) {
    Matcher ours = NAME.matcher(name);
    if (!ours.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(DealId.parse(ours.group(1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What there is of a deal's data, of this node's attempts and of others'. */
  List<StagedPart> parts(DealId deal) {
    if (process.isEmpty()) {
      return List.of(new StagedPart(folder, deal.toString()));
    }
    return names(deal).stream()
        .filter(name -> name.endsWith(StagedPart.DATA))
        .map(name -> name.substring(0, name.length() - StagedPart.DATA.length()))
        .map(name -> new StagedPart(folder, name))
        .toList();
  }

  private List<String> names(DealId deal) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> dealOf(name).filter(deal::equals).isPresent())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new StagingException("staging: cannot list " + folder, e);
    }
  }

  /** Whether nobody but this process writes it. */
  boolean isOurs(StagedPart part) {
    return process.isEmpty() || part.name().contains("." + process.get() + "-");
  }

  /** The part for an attempt that begins. Where staging is shared, there is nothing of it yet. */
  StagedPart begin(DealId deal) {
    String attempt = process.map(name -> "." + name + "-" + attempts.incrementAndGet()).orElse("");
    return new StagedPart(folder, deal + attempt);
  }

  StagedFile file(StagedPart part, long bytes) {
    return part.file(storageId, bytes);
  }

  /**
   * Where a staged file lies, whether it is there or not.
   *
   * @param root of its storage path
   * @throws IOException for a path that leads out of the staging folder
   */
  static Path resolve(Path root, StagedFile file) throws IOException {
    Path home = root.resolve(FOLDER).toAbsolutePath().normalize();
    Path resolved = home.resolveSibling(file.path()).normalize();
    if (!resolved.startsWith(home)) {
      throw new IOException(file.path() + " lies outside of " + home);
    }
    return resolved;
  }

  /** Whether a file lies in this staging. */
  boolean holds(Path real) throws IOException {
    return real.startsWith(folder.toRealPath());
  }

  /** Deletes what this process has of the deal. */
  void deleteOurs(DealId deal) {
    parts(deal).stream().filter(this::isOurs).forEach(StagedPart::delete);
  }

  /** Deletes everything there is of the deal, whoever wrote it. */
  void delete(DealId deal) {
    Stream.concat(Stream.of(deal.toString()), names(deal).stream().map(Staging::withoutEnding))
        .distinct()
        .forEach(name -> new StagedPart(folder, name).delete());
  }

  /** The other processes of which anything of the deal is here; none where nothing is shared. */
  public Set<String> others(DealId deal) {
    return process.isEmpty()
        ? Set.of()
        : names(deal).stream()
            .flatMap(name -> processOf(name).stream())
            .filter(name -> !name.equals(process.get()))
            .collect(Collectors.toSet());
  }

  /**
   * Deletes what processes that are gone have left of a deal that has its file.
   *
   * @param file the deal's own, which stays; nothing is deleted while it is not there in full
   * @param gone of {@link #others}; none of them will write any more
   * @return the parts that were deleted
   */
  public List<String> deleteLeft(DealId deal, StagedFile file, Set<String> gone) {
    Optional<StagedPart> own =
        parts(deal).stream()
            .filter(part -> file(part, file.payloadBytes()).equals(file))
            .filter(part -> part.length() == file.payloadBytes())
            .findFirst();
    return own.map(kept -> delete(left(deal, gone), part -> !part.equals(kept))).orElse(List.of());
  }

  /**
   * Deletes what processes that are gone have left of a deal that this process fetches, and has as
   * much of itself, safely.
   *
   * @param knownBytes that the deal's events tell of; nothing is deleted while less is safe here
   * @param gone of {@link #others}; none of them will write any more
   * @return the parts that were deleted
   */
  public List<String> deleteLeft(DealId deal, long knownBytes, Set<String> gone) {
    Optional<StagedNote> own =
        parts(deal).stream()
            .filter(this::isOurs)
            .flatMap(part -> part.note().stream())
            .filter(note -> note.syncedBytes() >= knownBytes)
            .max(Comparator.comparing(StagedNote::syncedBytes));
    return own.map(safe -> delete(left(deal, gone), part -> isCovered(part, safe)))
        .orElse(List.of());
  }

  /** A part without a note is of no use to anybody. */
  private static boolean isCovered(StagedPart part, StagedNote safe) {
    return part.note()
        .map(
            note -> note.source().equals(safe.source()) && note.syncedBytes() <= safe.syncedBytes())
        .orElse(true);
  }

  private Stream<StagedPart> left(DealId deal, Set<String> gone) {
    return names(deal).stream()
        .map(Staging::withoutEnding)
        .distinct()
        .filter(name -> processOf(name).filter(gone::contains).isPresent())
        .map(name -> new StagedPart(folder, name))
        .filter(part -> !isOurs(part));
  }

  private static List<String> delete(Stream<StagedPart> parts, Predicate<StagedPart> which) {
    List<StagedPart> chosen = parts.filter(which).toList();
    chosen.forEach(StagedPart::delete);
    return chosen.stream().map(StagedPart::name).toList();
  }

  /** Of a name in shared staging, with its ending or without. */
  private static Optional<String> processOf(String name) {
    Matcher attempt = ATTEMPT.matcher(name);
    return attempt.find() ? Optional.of(attempt.group(1)) : Optional.empty();
  }

  private static String withoutEnding(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /**
   * Whether {@code bytes} more of a deal fit, beside what other deals' transfers still bring and a
   * reserve. They are then kept for it until {@link #unclaim}.
   */
  synchronized boolean claim(DealId deal, long bytes, long reserveBytes) {
    long others = toCome.values().stream().mapToLong(Long::longValue).sum();
    if (freeBytes() - others - bytes < reserveBytes) {
      return false;
    }
    toCome.put(deal, bytes);
    return true;
  }

  /** What {@link #claim} would still give. */
  synchronized long room(long reserveBytes) {
    long others = toCome.values().stream().mapToLong(Long::longValue).sum();
    return Math.max(0, freeBytes() - others - reserveBytes);
  }

  /** So many bytes of the claim are still to come. */
  synchronized void claimed(DealId deal, long bytes) {
    toCome.replace(deal, bytes);
  }

  synchronized void unclaim(DealId deal) {
    toCome.remove(deal);
  }

  long freeBytes() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new StagingException("staging: cannot tell the free space of " + folder, e);
    }
  }
}
