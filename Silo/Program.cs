System.Console.WriteLine("OrleansBatch");
