/**
 * Parameters and returns of actor methods as CBOR, and the methods' numbers.
 *
 * <ol>
 *   <li>A machine or the devnet builds a parameter record, such as {@link
 *       io.granary.protocol.actor.SubmitWindowedPoStParams}.
 *   <li>{@code toCbor()} gives the bytes that go into a {@link io.granary.protocol.chain.Message}'s
 *       params, beside the method's number.
 *   <li>{@code fromCbor(bytes)} reads them back, refusing every other form of the same values.
 * </ol>
 *
 * Lists are cut off at what Go nodes read ({@link io.granary.protocol.cbor.CborReader}); the
 * actors' own limits are the actors' to check.
 */
@NullMarked
package io.granary.protocol.actor;

import org.jspecify.annotations.NullMarked;
