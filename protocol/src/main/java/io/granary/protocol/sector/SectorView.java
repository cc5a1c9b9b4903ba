package io.granary.protocol.sector;

import io.granary.protocol.SectorId;
import io.granary.protocol.piece.Commitment;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A state laid flat, for people and for JSON: made from the state alone, so that a replayed state
 * and a live one can be compared by their views.
 *
 * @param state the state's name
 * @param fields everything else the state knows, by the names of its components joined by dots
 *     ({@code replica.ticket.epoch}); values are String, Long or Boolean
 */
public record SectorView(String state, Map<String, Object> fields) {
  public SectorView {
    TreeMap<String, Object> sorted = new TreeMap<>(fields);
    sorted.forEach(
        (name, value) -> {
          if (!(value instanceof String || value instanceof Long || value instanceof Boolean)) {
            throw new IllegalArgumentException(
                "view field " + name + ": no " + value.getClass().getSimpleName() + " allowed");
          }
        });
    fields = Collections.unmodifiableMap(sorted);
  }

  /** The view of {@code state}. */
  public static SectorView of(SectorState state) {
    Map<String, Object> fields = new TreeMap<>();
    if (state instanceof SectorState.Living living) {
      ViewFields.components(fields, "", (Record) unparked(living));
      core(fields, living.core());
    }
    if (state instanceof Parked parked) {
      fields.put("stage", parked.stage().name());
      fields.put("reason", parked.reason());
      fields.put("retryable", parked.retryable());
    }
    return new SectorView(state.name(), fields);
  }

  private static SectorState.Living unparked(SectorState.Living state) {
    return state instanceof Parked parked ? parked.stage() : state;
  }

  /** The core's fields stand on the top level. */
  private static void core(Map<String, Object> fields, SectorCore core) {
    fields.keySet().removeIf(name -> name.startsWith("core."));
    ViewFields.put(fields, "sector", core.sector());
    ViewFields.put(fields, "sealProof", core.sealProof());
    ViewFields.put(fields, "ordered", core.order().pieces());
    ViewFields.put(fields, "pieces", core.pieces());
    ViewFields.put(fields, "files", core.files());
    ViewFields.put(fields, "jobsRequested", core.jobsRequested());
    ViewFields.put(fields, "messagesRequested", core.messagesRequested());
    ViewFields.put(fields, "sentBack", core.sentBack());
    ViewFields.put(fields, "created", core.created());
    ViewFields.put(fields, "updated", core.updated());
  }

  /** The field {@code name} as text, when the state has it. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(fields.get(name)).map(Object::toString);
  }

  /**
   * The field {@code name} as a number, when the state has it.
   *
   * @throws ClassCastException when it is no number
   */
  public Optional<Long> number(String name) {
    return Optional.ofNullable(fields.get(name)).map(Long.class::cast);
  }

  /**
   * The pieces whose data is not what the order requires, by their sources: what was found instead.
   */
  public Map<String, Commitment> damaged() {
    Map<String, Commitment> damaged = new TreeMap<>();
    for (int i = 0; text("ordered." + i + ".source").isPresent(); i++) {
      String source = text("ordered." + i + ".source").orElseThrow();
      Optional<String> expected = text("ordered." + i + ".commP");
      Optional<String> found = text("pieces." + i + ".info.commP");
      if (expected.isPresent() && found.isPresent() && !expected.equals(found)) {
        damaged.put(source, Commitment.fromHex(found.get()));
      }
    }
    return damaged;
  }

  /**
   * Where each piece lies or will, in padded bytes before it, by its source. A sector that there is
   * takes no other pieces, so these are final. Of a file that is in it twice nothing is told.
   */
  public Map<String, Long> offsets() {
    Map<String, Long> offsets = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    long end = 0;
    for (int i = 0; text("ordered." + i + ".source").isPresent(); i++) {
      String source = text("ordered." + i + ".source").orElseThrow();
      long size = number("ordered." + i + ".paddedBytes").orElseThrow();
      long offset = (end + size - 1) & -size;
      end = offset + size;
      if (seen.add(source)) {
        offsets.put(source, offset);
      } else {
        offsets.remove(source);
      }
    }
    return offsets;
  }

  /** The sector, when there is one. */
  public Optional<SectorId> sector() {
    return text("sector").map(SectorId::parse);
  }
}
