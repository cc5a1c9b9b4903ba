/**
 * How events and snapshots become journal bytes and come back.
 *
 * <ol>
 *   <li>An entity persists an event; Akka finds its serializer by the event's class. The bindings
 *       name the root interfaces of the machines only ({@link
 *       io.granary.persistence.codec.CodecSettings#bindings}); a class without one is refused,
 *       because Java serialization is off.
 *   <li>{@link io.granary.persistence.codec.JournalSerializer} asks the {@link
 *       io.granary.persistence.codec.EventCodec} of that root for a manifest and a Protobuf
 *       payload, and puts a format byte and a checksum over manifest and payload before it.
 *   <li>On replay it checks both, finds the codec by manifest and lets it read. Unknown manifests,
 *       damaged bytes and values a record refuses end in {@link
 *       io.granary.persistence.codec.JournalDecodeException}, which stops that entity only.
 * </ol>
 *
 * <p>To add a machine ({@code Thing}):
 *
 * <ol>
 *   <li>Schema: {@code protocol/src/main/protobuf/thing_event.proto}, with {@code option
 *       java_package = "io.granary.protocol.thing.wire"} or the shared {@code
 *       io.granary.protocol.wire}. One message with a {@code oneof} a machine, or one message an
 *       event: either fits. Field numbers are never reused.
 *   <li>{@code ThingEventCodec implements EventCodec<ThingEvent>} here, public, with a public
 *       constructor without parameters. {@code manifest} gives for example {@code "thing-event.1"};
 *       {@code manifests} lists every manifest it can still read. A changed meaning is a new
 *       manifest that readers learn one release before writers use it.
 *   <li>If the entity takes snapshots, a second codec for its state's root interface.
 *   <li>One line for each codec in {@code granary.persistence.codecs} of this module's {@code
 *       reference.conf}.
 *   <li>A round-trip test over every event type, and a recorded journal under {@code
 *       src/test/resources/journals/}.
 * </ol>
 *
 * <p>Unknown fields: a reader of an older release decodes what it knows. Journal rows are never
 * rewritten, so nothing a newer release wrote is lost by an older one reading it. Snapshots only
 * speed recovery and are made anew.
 */
@NullMarked
package io.granary.persistence.codec;

import org.jspecify.annotations.NullMarked;
