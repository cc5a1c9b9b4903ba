package io.granary.bench;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A journal that turns every event into its bytes and forgets them: what a benchmark measures over
 * it is the entity and its codec, and no store. Made by Akka from its name in the configuration.
 */
public final class NullJournal extends AsyncWriteJournal {
  private final Serialization serialization = SerializationExtension.get(context().system());

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    List<Optional<Exception>> written = new ArrayList<>();
    for (AtomicWrite write : messages) {
      for (PersistentRepr each : CollectionConverters.asJava(write.payload())) {
        if (serialization.serialize(each.payload()).get().length == 0) {
          throw new IllegalStateException("an event has no bytes: " + each.payload());
        }
      }
      written.add(Optional.empty());
    }
    return Futures.successful(written);
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return Futures.successful(null);
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    return Futures.successful(null);
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    return Futures.successful(0L);
  }
}
