package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Optional;

/**
 * Everything a sector decides, as functions from state and what happened to the events that follow.
 * Pure: the entity around it persists the events and carries out what the new state waits for.
 */
public final class SectorDecisions {
  private final NetworkPolicy network;
  private final NextStep nextStep;
  private final JobOutcomes jobs;
  private final MessageOutcomes messages;
  private final Reconciliation reconciliation;

  public SectorDecisions(NetworkPolicy network, SectorPolicy policy) {
    this.network = network;
    this.nextStep = new NextStep(network);
    this.jobs = new JobOutcomes(policy);
    this.messages = new MessageOutcomes(policy);
    this.reconciliation = new Reconciliation(network, nextStep);
  }

  public NetworkPolicy network() {
    return network;
  }

  /** A new sector; one that exists already changes nothing. */
  public SectorDecision create(SectorState state, Stamp stamp, SectorOrder order) {
    return goOn(state, stamp, SectorOrders.create(state, stamp, order));
  }

  /** An operator takes a parked sector up again. */
  public SectorDecision retry(SectorState state, Stamp stamp) {
    return goOn(state, stamp, SectorOrders.retry(state, stamp));
  }

  /** An operator gives the sector up; refused while the chain holds it. */
  public SectorDecision remove(SectorState state, Stamp stamp, String reason) {
    return goOn(state, stamp, SectorOrders.remove(state, stamp, reason));
  }

  /**
   * The sector's deals do without its unsealed copy.
   *
   * @return what follows; nothing while the sector may not let it go
   */
  public List<SectorEvent> unsealedUnwanted(SectorState state, Stamp stamp) {
    return UnsealedCopy.reasonToKeep(state, stamp.time()).isPresent()
        ? List.of()
        : nextStep.after(state, stamp, List.of(new SectorEvent.UnsealedDropOrdered(stamp)));
  }

  private SectorDecision goOn(SectorState state, Stamp stamp, SectorDecision decision) {
    return decision instanceof SectorDecision.Accepted accepted && !accepted.events().isEmpty()
        ? new SectorDecision.Accepted(nextStep.after(state, stamp, accepted.events()))
        : decision;
  }

  /** What the passing of time alone brings: back-offs end, tickets expire. */
  public List<SectorEvent> ticked(SectorState state, Stamp stamp, Tick tick) {
    List<SectorEvent> events =
        reconciliation.ticketExpired(state, stamp, tick.epoch()).map(List::of).orElse(List.of());
    return nextStep.after(state, stamp, events);
  }

  /** Empty when the report is of a job, or an attempt, that the sector does not wait for. */
  public Optional<List<SectorEvent>> jobReported(SectorState state, Stamp stamp, JobReport report) {
    return jobs.reported(state, stamp, report)
        .map(events -> events.isEmpty() ? events : nextStep.after(state, stamp, events));
  }

  /** Empty when the report is of a message that the sector does not wait for. */
  public Optional<List<SectorEvent>> messageReported(
      SectorState state, Stamp stamp, MessageReport report) {
    return messages
        .reported(state, stamp, report)
        .map(events -> events.isEmpty() ? events : nextStep.after(state, stamp, events));
  }

  /** What a look at the chain brings. */
  public List<SectorEvent> looked(SectorState state, Stamp stamp, ChainLook look) {
    List<SectorEvent> events = reconciliation.looked(state, stamp, look);
    return events.isEmpty() ? events : nextStep.after(state, stamp, events);
  }

  /** What a deadline's observation brings. */
  public List<SectorEvent> observed(SectorState state, Stamp stamp, SectorObservation seen) {
    List<SectorEvent> events = Observations.observed(state, stamp, seen);
    return events.isEmpty() ? events : nextStep.after(state, stamp, events);
  }
}
