-- Guarantees that the arrays name equally many batches, and returns how many. A null array stands for the default of each batch.
CREATE OR REPLACE FUNCTION orleans_batch.require_same_length(VARIADIC lengths int[]) RETURNS int
LANGUAGE plpgsql AS $$
BEGIN
  IF (lengths[1] = ALL (array_remove(lengths, NULL))) IS NOT TRUE THEN
    RAISE EXCEPTION 'The arrays of enqueue_many have different lengths: %.', array_to_string(lengths, ', ', 'null')
      USING ERRCODE = 'OB013', HINT = 'Give each array an element for each batch, or leave an array with a default out.';
  END IF;
  RETURN lengths[1];
END $$;
