/**
 * What the fuzz tests of all modules share.
 *
 * <ol>
 *   <li>A fuzz test hands bytes and a parser to {@link io.granary.protocol.fuzz.Parsing}.
 *   <li>The parser gives a value or one of the exceptions it is known for; everything else is a
 *       finding, and so is memory out of proportion to the bytes.
 *   <li>What was accepted is judged by the test: it must come out as it went in.
 * </ol>
 */
@NullMarked
package io.granary.protocol.fuzz;

import org.jspecify.annotations.NullMarked;
