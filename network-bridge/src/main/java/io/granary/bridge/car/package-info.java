/**
 * CAR files: blocks one after the other, each under its CID (ipld/ipld, specs/transport/car).
 *
 * <ol>
 *   <li>{@link io.granary.bridge.car.CarReader} reads version 1 or 2 from a stream, block by block,
 *       within {@link io.granary.bridge.car.CarLimits}, and compares each block with its CID as
 *       {@link io.granary.bridge.car.BlockCheck} says.
 *   <li>{@link io.granary.bridge.car.CarScan} goes over the same sections without holding a block:
 *       what it tells a {@link io.granary.bridge.car.CarScan.Sink} is the piece index.
 *   <li>{@link io.granary.bridge.car.CarFileBlocks} answers for single blocks of a CAR on disk, as
 *       a {@link io.granary.bridge.car.BlockSource}; {@link io.granary.bridge.car.VerifiedBlocks}
 *       trusts no source.
 *   <li>{@link io.granary.bridge.car.CarWriter} writes version 1.
 * </ol>
 *
 * What breaks the format is a {@link io.granary.bridge.car.CarException} that names the offset;
 * what the disk or the network does is an {@link java.io.IOException}.
 */
@NullMarked
package io.granary.bridge.car;

import org.jspecify.annotations.NullMarked;
